"""outer, inner, and a quadratic form."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    M = np.outer(x, y)
    return np.sum(M ** 2) + np.inner(x, x) * x @ M @ y


POINTS = [(np.array([0.5, 1.5]), np.array([1.0, -0.2])), (np.array([0.5, 0.1, -0.4]), np.array([0.3, 0.2, 1.2]))]
SIGNATURE = "x=float64[:], y=float64[:]"
