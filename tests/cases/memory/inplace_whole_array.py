"""s += y mutates a local array in place, seen by the array's other uses."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    s = x * 1.0
    s += y
    t = s * x
    s *= t
    return np.sum(s * t)


POINTS = [(np.array([0.5, 1.5, -0.7]), np.array([0.2, 0.1, 0.9])), (np.array([1.1]), np.array([-0.3]))]
