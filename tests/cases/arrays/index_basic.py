"""Integers, negative integers, slices, steps, ellipsis and a new axis."""
import numpy as np


def f(A: np.ndarray, k: int) -> float:
    a = A[0, 1] * A[k, -1]
    b = A[1] + A[:, 0][k] * A[-1]
    c = A[::2, 1:] * A[..., k][0]
    d = A[:, None, 1] - A[::-1, 2, np.newaxis].T
    return a + np.sum(b * b) + np.sum(c ** 3) + np.sum(d * d)


POINTS = [(np.array([[0.5, 1.5, 0.7], [1.0, -2.0, 0.3], [0.2, 0.9, 1.4]]), 1),
          (np.array([[0.5, 1.5, 0.7], [1.0, -2.0, 0.3], [0.2, 0.9, 1.4]]), 0)]
