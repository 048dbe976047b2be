"""A curve in space: an array as a function of one number."""

import numpy as np


def f(t: float, radius: np.ndarray) -> np.ndarray:
    return radius * np.array([np.cos(t), np.sin(t), t * t])


SIGNATURE = "float, float64[:]"
WRT = "t"
MODES = ("derivative", "derivative:2")
POINT = (0.6, np.array([1.0, 2.0, 0.5]))
