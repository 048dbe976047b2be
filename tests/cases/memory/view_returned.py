"""The sum over a view of a buffer that was stored into; and a buffer written only through a view."""
import numpy as np


def tail(x: np.ndarray) -> np.ndarray:
    A = x * 1.0
    A[0] = x[1] ** 2
    return A[1:]


def f(x: np.ndarray) -> float:
    B = np.zeros_like(x)
    v = B[1:]
    v[0] = x[1] * x[0]
    return np.sum(B) + np.sum(tail(x) ** 2)


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3]),)]
SIGNATURE = "float64[:]"
