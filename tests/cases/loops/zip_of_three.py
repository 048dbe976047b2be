"""zip over three vectors of different lengths: the shortest decides."""
import numpy as np


def f(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    s = 1.0
    for p, q, r in zip(a, b, c):
        s = s * (p + q * r)
    return s


POINTS = [(np.array([1.0, 2.0, 0.4]), np.array([0.3, 0.4]), np.array([0.5, 0.6, 0.7, 0.8])),
          (np.array([1.5]), np.array([0.3, 0.4]), np.array([0.5, 0.6]))]
