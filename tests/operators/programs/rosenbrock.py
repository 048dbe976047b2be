"""A valley: a scalar function of an array, straight-line code and a loop."""

import numpy as np


def f(x: np.ndarray) -> float:
    s = 0.0
    for i in range(len(x) - 1):
        s += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return s


SIGNATURE = "float64[:]"
MODES = ("hvp", "vhp", "hessian")
POINT = (np.array([1.2, -0.3, 0.7]),)
