"""A recurrence kept in an array: each element reads the two before."""
import numpy as np


def f(x: float, y: float, n: int) -> float:
    a = np.empty(n)
    a[0] = x
    a[1] = y
    for i in range(2, n):
        a[i] = a[i - 1] * a[i - 2] + 0.5 * a[i - 1]
    return a[n - 1] + a[1] * a[0]


POINTS = [(0.7, 1.1, 6), (-0.4, 0.9, 2)]
