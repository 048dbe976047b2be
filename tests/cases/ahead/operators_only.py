"""Operators alone: nothing says whether x is a number or an array."""
import numpy as np


def f(x, y):
    z = x * y + x
    return z / (y * y + 1.0) - 2.0 * x


POINTS = [(0.5, 1.5), (np.array([0.5, 1.5]), np.array([0.4, 0.8])), (np.array([[0.5], [0.1]]), np.array([0.4, 0.8]))]
MODE = "vjp"
