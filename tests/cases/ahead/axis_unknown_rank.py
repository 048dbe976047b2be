"""A reduction along an axis of an array of unknown rank."""
import numpy as np


def f(x):
    total = np.sum(x * x, axis=0)
    return np.sum(np.sqrt(total))


POINTS = [(np.array([[0.5, 1.5], [0.3, 0.7]]),), (np.arange(1.0, 9.0).reshape(2, 2, 2),)]
