"""Two slices of different lengths meet: the length of what is cut is not known."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray, a: float) -> float:
    s = x[1:] * y[1:]
    if a > 0.0:
        s = x[2:] * y[:-2]
    return np.sum(s * s) * a


POINTS = [(np.array([0.5, 1.5, -0.7]), np.array([0.2, 0.4, 1.1]), 0.7),
          (np.array([0.5, 1.5, -0.7]), np.array([0.2, 0.4, 1.1]), -0.7)]
SIGNATURE = "x=float64[:], y=float64[:], a=float"
