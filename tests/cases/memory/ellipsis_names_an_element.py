"""``A[..., 0]`` of a vector is an array without axes, which views the element."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * 1.0
    A[..., 0] *= 0.5
    A[..., 1] = A[..., 0] * A[1]
    return np.sum(A * A)


POINTS = [(np.array([0.3, 0.4, -0.5]),), (np.array([1.1, -0.2]),)]
