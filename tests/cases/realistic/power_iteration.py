"""Power iteration for the largest eigenvalue, with a fixed number of steps."""
import numpy as np


def f(A: np.ndarray, steps: int) -> float:
    v = np.ones(A.shape[0])
    for _ in range(steps):
        v = A @ v
        v = v / np.sqrt(np.sum(v * v))
    return v @ (A @ v)


POINTS = [(np.array([[2.0, 0.5], [0.4, 1.0]]), 6), (np.array([[1.0, 0.2, 0.0], [0.1, 1.5, 0.3], [0.2, 0.0, 0.7]]), 3)]
SIGNATURE = "A=float64[:, :]"
