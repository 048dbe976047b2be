"""The argument itself is returned on one path; the derivative shares no memory with the seed."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if np.sum(y) > 0.0:
        return x
    return x + y


POINTS = [(np.array([0.7, 1.1]), np.array([0.4, 0.1])), (np.array([-0.4, 0.3]), np.array([-0.4, 0.3]))]
MODE = "vjp"
