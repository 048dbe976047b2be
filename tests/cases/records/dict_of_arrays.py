"""A layer of a network with its parameters in a dict; the gradient is a dict."""

import numpy as np


def f(params, x):
    h = np.tanh(params["W"] @ x + params["b"])
    return np.sum(h * params["out"]) * params["scale"]


WRT = ("params",)
SIGNATURE = 'params={"W": float64[:, :], "b": float64[:], "out": float64[:], "scale": float}, x=float64[:]'
_W = np.array([[0.1, -0.3, 0.5], [0.7, 0.2, -0.4]])
POINTS = [
    ({"W": _W, "b": np.array([0.1, -0.2]), "out": np.array([1.5, -0.5]), "scale": 2.0}, np.array([1.0, -2.0, 0.5])),
    ({"W": 2.0 * _W, "b": np.zeros(2), "out": np.ones(2), "scale": -0.5}, np.array([0.3, 0.1, 0.2])),
]
