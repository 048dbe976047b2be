"""A condition made of a reduction over an array: its flag is saved rather than worked out again."""
import numpy as np


def f(x: np.ndarray) -> float:
    if np.sum(x * x) > 2.0:
        x = x / np.sqrt(np.sum(x * x))
    else:
        x = 2.0 * x
    return np.sum(x ** 3)


POINTS = [(np.array([1.2, 0.7, -0.8]),), (np.array([0.2, 0.7, -0.8]),)]
