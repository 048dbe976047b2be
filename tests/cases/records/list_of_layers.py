"""A list of layers as argument, each a tuple of a matrix and a vector; the gradient is such a list."""

import numpy as np


def f(layers, x):
    for W, b in layers:
        x = np.tanh(W @ x + b)
    first = layers[0][1]
    return np.sum(x) * len(layers) + 0.1 * np.sum(first * first)


WRT = ("layers",)
SIGNATURE = "layers=list[tuple[float64[:, :], float64[:]]], x=float64[:]"
_W = np.array([[0.1, -0.3], [0.7, 0.2], [0.3, 0.5]])
POINTS = [
    ([(_W, np.array([0.1, 0.2, 0.3])), (_W.T.copy(), np.ones(2))], np.array([0.5, -1.0])),
    ([(_W, np.zeros(3))], np.array([0.2, 0.3])),
]
