"""Stores under a condition on what is stored there already."""
import numpy as np


def f(x: np.ndarray) -> float:
    n = len(x)
    A = np.zeros(n)
    for i in range(n):
        A[i] = x[i] ** 2
        if A[i] > 1.0:
            A[i] = A[i] * x[0]
        elif i > 0:
            A[i - 1] = A[i] + A[i - 1]
    return np.sum(A * x)


POINTS = [(np.array([0.5, 1.5, -0.7, 0.2]),), (np.array([1.1, 0.3]),)]
