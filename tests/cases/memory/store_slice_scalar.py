"""A[1:3] = x*x: one scalar into several elements."""
import numpy as np


def f(x: float, y: float) -> float:
    A = np.ones(5) * y
    A[1:3] = x * x
    A[2] = A[1] * y
    return np.sum(A ** 2 * np.arange(5))


POINTS = [(0.5, 1.5), (-0.7, 0.3)]
