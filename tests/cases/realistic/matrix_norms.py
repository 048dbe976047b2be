"""Frobenius, column-sum and row-sum norms, and a norm of a vector."""
import numpy as np


def f(A: np.ndarray, v: np.ndarray) -> float:
    frobenius = np.sqrt(np.sum(A * A))
    columns = np.max(np.sum(np.abs(A), axis=0))
    rows = np.max(np.sum(np.abs(A), axis=1))
    return frobenius * columns + rows * np.linalg.norm(v) + np.linalg.norm(A @ v) ** 2


POINTS = [(np.array([[0.5, -1.5], [0.3, 0.8]]), np.array([0.7, -0.4])),
          (np.array([[1.5, 0.2, -0.3]]), np.array([0.7, -0.4, 0.9]))]
SIGNATURE = "A=float64[:, :], v=float64[:]"
