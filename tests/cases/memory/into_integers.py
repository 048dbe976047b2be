"""A float stored into an array of integers is cast: nothing depends on it any more."""
import numpy as np


def f(x: np.ndarray) -> float:
    k = np.zeros(4, dtype=int)
    k[1] = x[2] * 10
    k[:2] = x[:2] * 100
    a = np.zeros(4, dtype=np.float32)
    b = x * k
    c = np.arange(4)
    c[c > 2] = 0
    return np.sum(b) * x[0] + c[1]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.123, 2.345, 0.781, -1.417]),)]
