"""An LU factorisation in place, then forward and back substitution in the right-hand side."""
import numpy as np


def factorise(A: np.ndarray):
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1:] -= A[i, k] * A[k, k + 1:]


def substitute(LU: np.ndarray, b: np.ndarray):
    n = len(b)
    for i in range(1, n):
        b[i] -= np.sum(LU[i, :i] * b[:i])
    for i in range(n - 1, -1, -1):
        b[i] = (b[i] - np.sum(LU[i, i + 1:] * b[i + 1:])) / LU[i, i]


def f(A: np.ndarray, b: np.ndarray) -> float:
    LU = A.copy()
    x = b.copy()
    factorise(LU)
    substitute(LU, x)
    return np.sum(x ** 2)


SIGNATURE = "A=float64[n, n], b=float64[n]"
POINTS = [(np.array([[2.0, 0.4, 0.3], [0.7, 1.5, -0.2], [0.3, 0.2, 1.1]]), np.array([0.3, 1.2, -0.5])),
          (np.array([[1.3, 0.2], [0.5, 0.9]]), np.array([1.0, 0.4]))]
