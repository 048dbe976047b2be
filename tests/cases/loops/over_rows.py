"""Over an array's rows."""
import numpy as np


def f(A: np.ndarray, w: np.ndarray) -> float:
    total = 0.0
    for row in A:
        total = total + np.dot(row, w) ** 2
    return total


POINTS = [(np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.2]]), np.array([0.4, 0.6])),
          (np.array([[0.2, 0.7, -0.1]]), np.array([0.4, 0.6, 1.1]))]
SIGNATURE = "A=float64[:, :], w=float64[:]"
