"""A recursive function gives its argument back in a tuple: what is stored through that item changes the argument."""
import numpy as np


def found(X: np.ndarray, n: int):
    if n > 0:
        return found(X, n - 1)
    return X, 1.5


def f(x: np.ndarray) -> float:
    y = x * 1.0
    A, c = found(y, 2)
    A[0] = y[1] * c * y[0]
    return np.sum(y * y)


POINTS = [(np.array([0.5, 1.2, -0.7]),), (np.array([-1.5, 0.2, 0.9]),)]
MAY_REFUSE = True
