"""A local array filled element by element, then reduced."""
import numpy as np


def f(x: float, n: int) -> float:
    a = np.zeros(n)
    for i in range(n):
        a[i] = x * i + x ** 2
    return np.sum(a * a) + a[0]


POINTS = [(0.7, 4), (-1.2, 1)]
