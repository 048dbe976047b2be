"""sort() of matrices, columns, transposes, rows and reversed views."""
import numpy as np


def f(x: np.ndarray) -> float:
    m = np.outer(x, np.array([1.0,-2.0,0.5]))
    m.sort()
    m[:, 0].sort()
    m.T.sort(axis=0)
    v = m[1]
    v.sort()
    v[::-1].sort()
    return np.sum(m * np.arange(12.0).reshape(4,3))


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.123, 2.345, 0.781, -1.417]),)]
