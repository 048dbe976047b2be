"""enumerate, with and without a start."""
import numpy as np


def f(v: np.ndarray) -> float:
    s = 0.0
    for i, item in enumerate(v):
        s = s + item ** 2 * (i + 1)
    for k, item in enumerate(v, 2):
        s = s * item / k
    return s


POINTS = [(np.array([1.5, -0.7, 2.0]),), (np.array([0.5]),)]
