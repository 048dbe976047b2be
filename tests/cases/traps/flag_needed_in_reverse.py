"""Conditions on values that are overwritten in every iteration, last-bit sensitive on purpose."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    v = x
    s = 0.0
    for i in range(n):
        if np.dot(v, v) > 1.0:
            v = v * 0.5
            s = s + v[0]
        else:
            v = v * 3.0
            s = s * v[1]
    return s * np.sum(v)


POINTS = [(np.array([0.7, 1.1]), 5), (np.array([-0.4, 0.3]), 2)]
SIGNATURE = "x=float64[:]"
