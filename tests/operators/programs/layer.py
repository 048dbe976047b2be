"""One layer of a network: matrices of different ranks, which directions must not broadcast against."""

import numpy as np


def f(W: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    z = W @ x + b
    return np.tanh(z) * np.sum(W, axis=1)


SIGNATURE = "float64[:, :], float64[:], float64[:]"
WRT = ("W", "x")
MODES = ("jacobian:forward", "jacobian:reverse")
POINT = (np.array([[0.2, -0.4, 0.1], [0.5, 0.3, -0.6]]), np.array([0.1, -0.2]), np.array([1.0, 0.5, -0.3]))
