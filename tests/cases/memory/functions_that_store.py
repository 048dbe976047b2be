"""fill, sort in place, put, np.put: stores into part of an array."""
import numpy as np


def f(x: np.ndarray, w: np.ndarray) -> float:
    a = x * 2.0
    a.sort()
    b = np.zeros((4, 3))
    b.fill(x[1])
    b[1] = a[:3]
    b.sort(axis=0)
    c = np.zeros(4)
    np.put(c, [0, 2], x[:2] * x[1])
    c.put([1, 3], x[0])
    np.put(b, [0, 5, 7], [x[0], x[1] * x[2]])
    return np.sum(a * c) + np.sum(b ** 2 * w) + c[1]


SIGNATURE = "x=float64[:], w=float64[:, :]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), np.arange(12.0).reshape(4, 3)),
          (np.array([0.1, 2.3, -1.2, 0.4]), np.cos(np.arange(12.0).reshape(4, 3)))]
