"""Tuples in and out: nested ones as arguments, and a function that returns numbers and an array."""

import numpy as np


def f(pair, y):
    (a, b), c = pair
    if a > 1.0:
        return a * y, (b * c, 2.0 * y[0])
    return y * b, (a * a, b * c)


MODE = "vjp"
WRT = ("pair", "y")
SIGNATURE = "pair=tuple[tuple[float, float], float], y=float64[:]"
_Y = np.array([0.4, -0.3])
POINTS = [(((1.5, 0.3), 2.0), _Y), (((0.5, 0.3), 2.0), _Y)]
