"""A Cholesky factorisation written over its matrix, element by element."""
import numpy as np


def f(A: np.ndarray) -> float:
    L = A.copy()
    n = len(L)
    for j in range(n):
        for k in range(j):
            L[j, j] -= L[j, k] ** 2
        L[j, j] = np.sqrt(L[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                L[i, j] -= L[i, k] * L[j, k]
            L[i, j] /= L[j, j]
    log_det = 0.0
    for i in range(n):
        log_det += 2.0 * np.log(L[i, i])
    return log_det


SIGNATURE = "A=float64[n, n]"
POINTS = [(np.array([[2.0, 0.4, 0.3], [0.4, 1.5, 0.2], [0.3, 0.2, 1.1]]),), (np.array([[1.3, 0.2], [0.2, 0.9]]),)]
