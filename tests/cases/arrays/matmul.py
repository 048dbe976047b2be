"""Matrix times matrix, matrix times vector, vector times vector, and a transpose."""
import numpy as np


def f(A: np.ndarray, B: np.ndarray, v: np.ndarray) -> float:
    w = A @ (B @ v)
    C = np.dot(A, B)
    return w @ v + np.sum(C * C.T) + np.trace(np.matmul(B, A))


POINTS = [(np.array([[0.5, 1.5], [0.1, -0.4]]), np.array([[1.0, 0.2], [0.3, -0.7]]), np.array([0.9, -1.1])),
          (np.array([[0.5]]), np.array([[1.3]]), np.array([0.9]))]
SIGNATURE = "A=float64[:, :], B=float64[:, :], v=float64[:]"
