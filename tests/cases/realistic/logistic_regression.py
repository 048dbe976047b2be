"""Negative log-likelihood with a ridge penalty, stable for large margins."""
import numpy as np


def f(w: np.ndarray, bias: float, X: np.ndarray, y: np.ndarray, ridge: float) -> float:
    margin = y * (X @ w + bias)
    return np.sum(np.logaddexp(0.0, -margin)) + 0.5 * ridge * np.sum(w ** 2)


POINTS = [(np.array([0.4, -0.7]), 0.2, np.array([[0.5, 1.2], [-0.8, 0.1], [1.5, -0.4]]), np.array([1.0, -1.0, 1.0]),
           0.1),
          (np.array([1.4]), -0.3, np.array([[0.5], [-0.8]]), np.array([1.0, 1.0]), 0.5)]
WRT = ("w", "bias")
SIGNATURE = "w=float64[:], X=float64[:, :], y=float64[:]"
