"""One value stored twice, elements and slices swapped: the right-hand side is read first, views are views."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = x * 1.0
    a[0] = a[1] = a[2] * a[3]
    i = 1
    a[i], a[i+1] = a[i+1], a[i]
    a[:2], a[2:] = a[2:], a[:2] * 2.0
    return np.sum(a * a * x)


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.123, 2.345, 0.781, -1.417]),)]
