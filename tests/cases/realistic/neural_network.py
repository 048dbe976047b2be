"""Two layers, a mean squared error, all four parameter arrays."""
import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def f(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray, X: np.ndarray, Y: np.ndarray) -> float:
    hidden = sigmoid(W1 @ X + b1)
    output = sigmoid(W2 @ hidden + b2)
    return np.mean((output - Y) ** 2)


POINTS = [(np.array([[0.5, -0.3], [0.8, 0.1], [-0.4, 0.9]]), np.array([[0.1], [-0.2], [0.3]]),
           np.array([[0.7, -0.6, 0.2]]), np.array([[0.05]]),
           np.array([[0.3, -1.2, 0.8], [1.1, 0.4, -0.5]]), np.array([[0.0, 1.0, 1.0]])),
          (np.array([[0.5]]), np.array([[0.1]]), np.array([[0.7], [0.2]]), np.array([[0.05], [0.4]]),
           np.array([[0.3, -1.2]]), np.array([[0.0, 1.0], [1.0, 0.0]]))]
WRT = ("W1", "b1", "W2", "b2")
SIGNATURE = "W1=float64[:, :], b1=float64[:, :], W2=float64[:, :], b2=float64[:, :], X=float64[:, :], Y=float64[:, :]"
