"""A row taken before and after its matrix is written."""
import numpy as np


def f(x: np.ndarray) -> float:
    M = np.zeros((2, 2))
    M[0] = x
    row = M[0].copy()
    M[0, 0] = x[1] * x[1]
    return np.sum(row * M[0]) * row[0]


POINTS = [(np.array([0.7, 1.1]),), (np.array([-0.4, 0.3]),)]
