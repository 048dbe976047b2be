"""NumPy stores a value with leading axes of length 1 into a place that has fewer axes."""
import numpy as np


def f(x: np.ndarray, k: np.ndarray) -> float:
    A = x * x
    A[...] = A[None] * x
    A[:, k] = A[None]
    return np.sum(A * A * x)


SECOND_SIGNATURE = "x=float64[:, :], k=int64[:]"
POINTS = [(np.array([[0.3, 0.4, -0.5], [0.2, 0.1, 0.7]]), np.array([0, 1, 0])),
          (np.array([[0.3, 0.4, -0.5]]), np.array([2, 1, 2]))]
WRT = ("x",)
