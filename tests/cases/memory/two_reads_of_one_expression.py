"""a = A.sum(); A[0] = 5; b = A.sum(): two different reads of one expression."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * 2.0
    a = A.sum()
    A[0] = 5.0 * a
    b = A.sum()
    A[1] = b * A[0]
    return a * b + A.sum()


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3]),)]
