"""Products of stacks, matrices and vectors in turn: each call's arguments decide."""
import numpy as np


def f(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return A @ B


POINTS = [(np.array([0.4, -0.7]), np.array([[1.0, 0.2, 0.6], [0.3, -0.7, 1.1]])),
          (np.array([[0.4, -0.7]]), np.array([0.5, 0.9])),
          (np.arange(8.0).reshape(2, 1, 2, 2) * 0.1, np.arange(12.0).reshape(3, 2, 2) * 0.2 - 0.7),
          (np.arange(12.0).reshape(3, 2, 2) * 0.1 - 0.4, np.array([[1.0, 0.2, 0.6], [0.3, -0.7, 1.1]])),
          (np.array([[1.0, 0.2]]), np.arange(6.0).reshape(3, 2, 1) * 0.3)]
MODE = "vjp"
IN_PROCESS_ONLY = True  # the ranks differ from point to point
