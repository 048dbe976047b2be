"""Elements named twice by an index, with their values in another order: the last of them stays, all are read."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = x * x
    a[[0, 0]] = a[[0, 0]][::-1] * x[1]
    a[[1, 2, 1]] = a[[2, 1, 1]] * x[1]
    i = np.array([0, 2, 0])
    a[i] = np.roll(a[i], 1) * x[0]
    a[i, None] = a[i[::-1], None] + x[2]
    return np.sum(a * np.array([1.0, 2.0, 3.0]))


POINTS = [(np.array([0.3, 0.7, 1.1]),), (np.array([-0.4, 1.2, 0.6]),)]
