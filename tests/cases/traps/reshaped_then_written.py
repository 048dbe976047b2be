"""A reshape of a local array shares its memory."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * 2.0
    M = A.reshape(2, 2)
    M[0, 1] = x[0] ** 2
    A[3] = M[0, 1] * x[2]
    return np.sum(M ** 2) + np.sum(A)


POINTS = [(np.array([0.7, 1.1, -0.3, 0.5]),), (np.array([-0.4, 0.3, 0.2, 0.9]),)]
SIGNATURE = "x=float64[n]"
