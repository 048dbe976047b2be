"""Elements read by a computed index in a loop."""
import numpy as np


def f(x: np.ndarray) -> float:
    n = x.shape[0]
    total = 0.0
    for i in range(1, n - 1):
        total = total + (x[i - 1] - 2.0 * x[i] + x[i + 1]) ** 2 * x[(3 * i) % n]
    return total


POINTS = [(np.array([0.5, 1.5, -0.7, 0.9, 1.1]),), (np.array([0.5, 1.5, -0.7]),)]
