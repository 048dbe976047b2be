"""`sum` of a tuple that a function returns: numbers, and a number and an array that broadcast."""

from math import sin

import numpy as np


def pair(t, k):
    return t * k, sin(t)


def mixed(t, v):
    return t * t, v * t, t


def f(x: float, v: np.ndarray) -> float:
    both = pair(x, v[0])
    return sum(both) * both[1] + np.sum(sum(mixed(x, v)) * v)


SIGNATURE = "float, float64[:]"
POINTS = [(0.7, np.array([0.3, -0.2])), (-0.4, np.array([0.5, 1.2, 0.8]))]
