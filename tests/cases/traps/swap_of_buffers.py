"""a, b = b, a in a loop over two buffers that are stored into."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    a = x * 1.0
    b = np.zeros(len(x))
    for i in range(n):
        b[0] = a[-1] * 0.5
        b[1:] = a[:-1] * a[1:]
        a, b = b, a
    return np.sum(a * a) + b[0]


POINTS = [(np.array([0.7, 1.1, -0.4]), 3), (np.array([0.7, 1.1]), 2), (np.array([0.7, 1.1]), 0)]
