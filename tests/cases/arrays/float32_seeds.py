"""Gradients of float32 arrays are float32 where a Python float stands for the seed, or for a zero."""
import numpy as np


def f(x: np.ndarray, a: float, n: int) -> float:
    s = np.sum(x * x[::1]) * a
    for i in range(n):
        s = sum(x) * (i + 1.0)
    return float(s)


POINTS = [(np.array([0.5, 1.5, -0.75], dtype=np.float32), 1.5, 0),
          (np.array([0.5, 1.5, -0.75], dtype=np.float32), 1.5, 2)]
SIGNATURE = "float32[:], float, int"
