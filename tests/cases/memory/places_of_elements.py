"""Indices that are found by values and by shapes: ``np.where`` of a condition alone, ``nonzero``, triangles."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = x * 2.0
    i = np.where(x > 0.0)[0]
    a[i] *= x[0]
    rows, columns = np.where(np.outer(x, x) > 0.2)
    m = np.outer(a, x)
    m[np.triu_indices(len(x), 1)] *= 3.0
    below = np.tril_indices(len(x), -1)
    late = np.flatnonzero(a < 1.0)
    pairs = np.argwhere(m > 0.0)
    return np.sum(m[rows, columns]) + np.sum(m[below] ** 2) + np.sum(a[late]) * len(pairs) + x[x.nonzero()[0][0]]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-0.9, 0.8, 0.6]),)]
