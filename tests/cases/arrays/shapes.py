"""reshape, ravel, transpose, T, flatten, expand_dims, squeeze; the attributes shape, size, ndim."""
import numpy as np


def f(x: np.ndarray) -> float:
    m = x.size // 2
    a = x.reshape(2, m)
    b = np.transpose(a) @ a
    c = b.ravel() * np.reshape(b.T, -1)
    d = np.squeeze(np.expand_dims(c, 0)) + c.flatten()
    return np.sum(d * d) / (x.shape[0] * x.ndim)


POINTS = [(np.array([0.5, 1.5, -0.7, 0.9]),), (np.array([[0.5, 1.5], [-0.7, 0.9], [0.2, 0.4]]),)]
