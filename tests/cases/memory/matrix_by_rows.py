"""A matrix filled row by row and then by element, read by column."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    M = np.zeros((n, 2))
    for i in range(n):
        M[i] = x * (i + 1)
        M[i, 0] = M[i, 0] * M[i, 1]
    M[:, 1] = M[:, 1] ** 2
    return np.sum(M[:, 0] * M[:, 1]) + M[-1, 0]


POINTS = [(np.array([0.5, 1.5]), 3), (np.array([1.1, -0.3]), 1)]
