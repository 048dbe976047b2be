"""Thomas's algorithm for a tridiagonal system, in local buffers, forward and backward loops."""
import numpy as np


def f(lower: np.ndarray, diagonal: np.ndarray, upper: np.ndarray, rhs: np.ndarray) -> float:
    n = len(diagonal)
    d = diagonal * 1.0
    b = rhs * 1.0
    for i in range(1, n):
        m = lower[i - 1] / d[i - 1]
        d[i] = d[i] - m * upper[i - 1]
        b[i] = b[i] - m * b[i - 1]
    x = np.zeros(n)
    x[n - 1] = b[n - 1] / d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (b[i] - upper[i] * x[i + 1]) / d[i]
    return np.sum(x * x)


POINTS = [(np.array([0.4, -0.3]), np.array([2.0, 1.8, 2.4]), np.array([0.5, 0.2]), np.array([1.0, -0.5, 0.8])),
          (np.array([0.4, -0.3, 0.1]), np.array([2.0, 1.8, 2.4, 3.0]), np.array([0.5, 0.2, 0.9]),
           np.array([1.0, -0.5, 0.8, 0.3]))]
