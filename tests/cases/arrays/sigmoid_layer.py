"""sigmoid(W @ X + b), the layer of the tensor engine."""
import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def f(W: np.ndarray, X: np.ndarray, b: np.ndarray) -> np.ndarray:
    return sigmoid(W @ X + b)


POINTS = [(np.array([[-0.5, 0.5], [1.827, 0.213], [-2.0, 2.0], [2.34, 0.657]]), np.array([[-2.0], [0.122]]),
           np.full((4, 1), 1.2)),
          (np.array([[0.5, -0.5]]), np.array([[0.2, 1.0], [0.7, -0.4]]), np.array([[0.3]]))]
MODE = "vjp"
SIGNATURE = "W=float64[:, :], X=float64[:, :], b=float64[:, :]"
