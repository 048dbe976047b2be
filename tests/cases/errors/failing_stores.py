"""Stores in a try whose right side fails: neither the buffer nor its tangent has changed where the handler goes on."""
from math import log

import numpy as np


def logarithms(x):
    found = []
    for v in (x, -x, x * x):
        try:
            found.append(log(v))
        except ValueError:
            continue
    return sum(v * (i + 1) for i, v in enumerate(found))


def appended(x):
    both = [x]
    try:
        both.append(log(x - 2.0))
    except ValueError:
        both.append(x * 7.0)
    return both[1] * x


def kept(x):
    a = np.ones(2) * x
    try:
        a[0] = a[0] * a[1] * log(x - 2.0)
    except ValueError:
        pass
    return a[0] * x


def shapes(x):
    a = np.array([x, -2.0 * x, x * x])
    try:
        a[:] = np.array([1.0, 2.0])
    except ValueError:
        a[1] = x
    return a.sum()


def put(a, v, n):
    if n > 0:
        return put(a, v, n - 1)
    a[1] = a[0] * log(v)
    return 1.0


def called(x):
    a = np.array([x, 2.0 * x, x * x])
    for v in (x, -x, x * x):
        try:
            put(a, v, 2)
        except ValueError:
            a[2] *= v
    return a.sum()


def f(x: float) -> float:
    return logarithms(x) + appended(x) + kept(x) + shapes(x) + called(x)


POINTS = [(1.3,), (2.7,)]
