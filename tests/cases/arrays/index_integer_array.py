"""Integer arrays with repeats: reading accumulates for each repeat."""
import numpy as np


def f(x: np.ndarray, idx: np.ndarray) -> float:
    picked = x[idx]
    twice = x[[0, 0, 2]]
    return np.sum(picked ** 2) * np.sum(twice) + np.sum(np.take(x, idx) ** 3)


POINTS = [(np.array([0.5, 1.5, -0.7, 0.9]), np.array([1, 1, 3, 0, 1])),
          (np.array([0.5, 1.5, -0.7]), np.array([2]))]
WRT = ("x",)
