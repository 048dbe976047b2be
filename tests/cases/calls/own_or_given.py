"""A recursive function goes on with its argument, or with an array of its own that it stored into before."""
import numpy as np


def refined(X: np.ndarray, n: int):
    if n <= 0:
        return np.sum(X * X)
    border = np.zeros(3)
    border[1:] = X[:2] * 0.5
    chosen = X if n % 2 else border
    return refined(np.sin(chosen), n - 1) + np.sum(chosen * X)


def f(x: np.ndarray) -> float:
    return refined(x, 2) + refined(x * 2.0, 1)


POINTS = [(np.array([0.5, 1.2, -0.7]),), (np.array([-1.5, 0.2, 0.9]),)]
SIGNATURE = "float64[:]"
