"""A[i] += and A[i] *= in a loop, and a slice updated in place."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    A = x * x
    for i in range(n):
        A[i] += x[i] * A[i + 1]
        A[i + 1] *= x[i]
    A[1:] -= 0.5 * A[:-1]
    return np.sum(A * A)


POINTS = [(np.array([0.5, 1.5, -0.7]), 2), (np.array([1.1, 0.3]), 1)]
