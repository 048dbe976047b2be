"""A[1:] = A[:-1]: the store is undone by take, clear, add."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = np.zeros(4)
    A[:3] = x * x
    A[1:] = A[:-1]
    A[0] = A[3] * A[1]
    return np.sum(A ** 2 * np.array([1.0, 2.0, 3.0, 4.0]))


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3, 0.4]),)]
