"""A Cholesky factor by three loops into a local matrix; the log-determinant of the input."""
from math import log, sqrt

import numpy as np


def f(A: np.ndarray) -> float:
    n = A.shape[0]
    L = np.zeros((n, n))
    for j in range(n):
        s = A[j, j]
        for k in range(j):
            s = s - L[j, k] ** 2
        L[j, j] = sqrt(s)
        for i in range(j + 1, n):
            t = A[i, j]
            for k in range(j):
                t = t - L[i, k] * L[j, k]
            L[i, j] = t / L[j, j]
    total = 0.0
    for j in range(n):
        total += 2.0 * log(L[j, j])
    return total


POINTS = [(np.array([[2.0, 0.5, 0.2], [0.5, 1.5, -0.3], [0.2, -0.3, 1.2]]),), (np.array([[0.7]]),)]
