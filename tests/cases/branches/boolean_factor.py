"""Tests as factors: 1 where they hold. NumPy has no minus of a bool, so the sign goes to another factor."""
from math import cos

import numpy as np


def f(y: np.ndarray, a: float) -> float:
    a *= cos((0.8 < y[1] < 1.1) * y[0])
    mask = y > 0.5
    return a - np.sum(mask * np.cos(mask * y))


POINTS = [(np.array([0.5641, 1.04]), -0.497), (np.array([0.5641, 0.7]), 0.3)]
