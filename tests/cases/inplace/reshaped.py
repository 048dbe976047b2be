"""Stores through views: a row, a column of the transpose, the array as one axis."""
import numpy as np


def f(x: np.ndarray) -> float:
    M = np.zeros((2, 3))
    row = M[0]
    row[:] = x
    flat = M.reshape(-1)
    flat[3:] = x * flat[:3]
    column = M.T[1]
    column *= flat[0]
    return np.sum(M ** 2) + flat[4]


SIGNATURE = "x=float64[3]"
POINTS = [(np.array([0.7, -0.4, 0.3]),), (np.array([0.2, 1.4, -0.9]),)]
