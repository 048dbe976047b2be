"""The derivative of a product is exact where factors are zero."""
import numpy as np


def f(x: np.ndarray) -> float:
    return np.prod(x)


POINTS = [(np.array([0.5, 0.0, 2.0]),), (np.array([0.0, 0.0, 3.0]),), (np.array([1.5, 2.0]),)]
