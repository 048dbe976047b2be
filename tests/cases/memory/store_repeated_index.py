"""A[[0, 0, 2]] = t: only the last writer of a repeated index counts."""
import numpy as np


def f(t: np.ndarray) -> float:
    A = np.ones(4)
    A[[0, 0, 2]] = t * t
    return np.sum(A * np.array([2.0, 3.0, 5.0, 7.0])) * t[0]


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3, 0.4]),)]
