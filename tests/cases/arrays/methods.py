"""Method forms: dot, sum, mean, clip, cumsum, prod, copy, reshape."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    a = x.dot(y) + x.clip(-0.5, 1.0).sum()
    b = x.cumsum()[-1] * y.copy().prod()
    c = (x.reshape(1, -1) * y.reshape(-1, 1)).mean()
    return a * b + c


POINTS = [(np.array([0.5, 1.5, -0.7]), np.array([1.0, -0.2, 0.4])), (np.array([0.3]), np.array([1.3]))]
SIGNATURE = "x=float64[:], y=float64[:]"
