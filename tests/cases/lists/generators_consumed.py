"""Generator expressions in sum, max, min, list and np.array, nested and with conditions."""
from math import sin

import numpy as np


def f(x: np.ndarray) -> float:
    s = sum(sin(v) * v for v in x) + max(v * v for v in x) + min(v * v for v in x)
    s = s + sum((v * w for v in x for w in x if v < w), x[0])
    return s + np.sum(np.array([v * v * v for v in x])) * x[1]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
