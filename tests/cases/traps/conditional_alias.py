"""Which of two buffers is written depends on the data."""
import numpy as np


def f(x: np.ndarray) -> float:
    A = x * 2.0
    B = x * 3.0
    target = A if x[0] > 0.0 else B
    target[0] = x[1] * x[1]
    return np.sum(A * A) + np.sum(B ** 3)


POINTS = [(np.array([0.7, 1.1]),), (np.array([-0.7, 1.1]),)]
SIGNATURE = "x=float64[n]"
