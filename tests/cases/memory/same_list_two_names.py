"""Two names for one array: a store through either is seen by both."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * 1.5
    B = A
    B[0] = A[1] * 3.0
    A[1] = B[0] * x[0]
    return np.sum(A * B)


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3]),)]
