"""An active element is overwritten by a constant: its adjoint is cleared."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = 3.0 * x
    s = np.sum(A * A)
    A[0] = 5.0
    A[-1] = 0.0
    return s * np.sum(A ** 2)


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3]),)]
