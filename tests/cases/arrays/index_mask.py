"""A boolean mask of the data itself."""
import numpy as np


def f(x: np.ndarray) -> float:
    positive = x[x > 0.0]
    return np.sum(positive ** 3) + np.sum(np.where(x > 0.5, np.sin(x), x * x))


POINTS = [(np.array([0.8, 1.5, -0.7, 0.3]),), (np.array([[0.4, -1.5], [2.7, -0.3]]),)]
