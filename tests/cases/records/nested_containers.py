"""Containers in containers: a dict of dicts and tuples; keys written with f-strings in a loop over constants."""

import numpy as np


def f(params, x):
    h = x
    for k in range(2):
        layer = params["layers"][f"layer{k}"]
        h = np.tanh(layer["W"] @ h + layer["b"])
    low, (scale, shift) = params["head"]
    for group in params["layers"].values():
        low = low + 0.01 * np.sum(group["W"] ** 2)
    return np.sum(h) * scale + shift * low


WRT = ("params", "x")
SIGNATURE = ('params={"layers": {"layer0": {"W": float64[:, :], "b": float64[:]}, "layer1": {"W": float64[:, :], '
             '"b": float64[:]}}, "head": (float, (float, float)), "tag": str}, x=float64[:]')
_W = np.array([[0.1, -0.3], [0.7, 0.2], [0.3, 0.5]])
POINTS = [
    ({"layers": {"layer0": {"W": _W, "b": np.array([0.1, 0.2, 0.3])}, "layer1": {"W": _W.T.copy(), "b": np.ones(2)}},
      "head": (1.5, (0.5, -2.0)), "tag": "a"}, np.array([0.5, -1.0])),
    ({"layers": {"layer0": {"W": 2.0 * _W, "b": np.zeros(3)}, "layer1": {"W": -_W.T.copy(), "b": np.zeros(2)}},
      "head": (0.5, (2.5, -1.0)), "tag": "b"}, np.array([0.2, 0.3])),
]
