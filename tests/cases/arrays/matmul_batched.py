"""Stacks of matrices multiplied with one matrix: the leading axes broadcast."""
import numpy as np


def f(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return A @ B


POINTS = [(np.arange(12.0).reshape(3, 2, 2) * 0.1 - 0.4, np.array([[1.0, 0.2, 0.6], [0.3, -0.7, 1.1]])),
          (np.array([[[1.0, 0.2]]]), np.array([[0.3], [0.7]]))]
MODE = "vjp"
SIGNATURE = "A=float64[:, :, :], B=float64[:, :]"
