"""Stores in a finally: also behind a return and a continue."""
import numpy as np


def straight(x):
    a = np.array([x, 2.0 * x, x * x])
    try:
        t = a[2]
    finally:
        a[1] *= 2.0
    return (a * t).sum()


def item(a, i):
    try:
        return a[i] * 2.0
    finally:
        a[0] = a[1] * 3.0


def skipping(x):
    a = np.array([x, -2.0 * x, x * x])
    c = np.zeros(3)
    for i in range(3):
        try:
            if a[i] > 0.0:
                continue
            c[i] += a[i] * a[0]
        finally:
            c[i] += a[i] * 5.0
    return c @ a


def f(x: float) -> float:
    a = np.array([x, 2.0 * x, x * x])
    return straight(x) + item(a, 1) * a.sum() + skipping(x)


POINTS = [(1.3,), (-0.8,)]
