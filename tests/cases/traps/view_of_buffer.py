"""v = A[1:] is a view: a store through either name is seen by both."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * x
    v = A[1:]
    A[1] = 3.0 * x[0]
    s = v[0] * v[-1]
    v[0] = s * x[1]
    return np.sum(A * A) + s


POINTS = [(np.array([0.7, 1.1, -0.4]),), (np.array([0.7, 1.1]),)]
