"""Gradient descent on an array, differentiated with respect to its step size, its start and the data."""

import numpy as np
from s2sad import grad


def loss(w, data, target):
    r = data @ w - target
    return np.sum(r * r) + 0.1 * np.sum(np.cos(w))


dloss = grad(loss)


def f(rate: float, w: np.ndarray, data: np.ndarray, target: np.ndarray, steps: int) -> float:
    velocity = np.zeros(w.shape)
    for _ in range(steps):
        velocity = 0.5 * velocity - rate * dloss(w, data, target)
        w = w + velocity
    return loss(w, data, target)


SIGNATURE = "float, float64[:], float64[:, :], float64[:], int"
POINTS = [
    (0.05, np.array([0.3, -0.2]), np.array([[1.0, 0.5], [0.2, -1.0], [0.4, 0.9]]), np.array([1.0, 0.3, -0.2]), 3),
    (0.02, np.array([0.1, 0.4]), np.array([[0.3, -0.5], [0.7, 0.1], [0.2, 0.6]]), np.array([0.0, 0.5, 0.2]), 1),
]
