"""np.ndindex and np.ndenumerate: the index unpacked, or used whole."""
import numpy as np


def f(x: np.ndarray, m: np.ndarray) -> float:
    s = 0.0
    for i, j in np.ndindex(m.shape):
        s = s + m[i, j] * x[i] * (j + 1)
    for (i, j), v in np.ndenumerate(m):
        s = s * 0.9 + v * v * i - j
    for k in np.ndindex(2, 3):
        s = s + m[k]
    for i, j in np.ndindex(*m.shape):
        v = m[i, j]
        s = s + v * v
    a = np.zeros((2, 2))
    for index in np.ndindex(2, 2):
        a[index] = x[index[0]] * x[index[1]]
    return s + np.sum(a * a)


SIGNATURE = "x=float64[:], m=float64[:, :]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), np.arange(12.0).reshape(4, 3)),
          (np.array([0.1, 2.3]), np.cos(np.arange(6.0).reshape(2, 3)))]
