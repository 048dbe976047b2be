"""A scalar taken from every element: its tangent has the array's shape."""
import numpy as np


def f(a: float, c: np.ndarray) -> float:
    return np.sum(c - a) + np.sum(np.maximum(a, c) * 2.0)


POINTS = [(0.7, np.array([0.5, 1.5, -0.7])), (-0.2, np.array([1.1]))]
WRT = ("a",)
