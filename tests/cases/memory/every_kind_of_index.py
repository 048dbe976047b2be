"""Stores by reversed slices, masks, repeated indices, pairs and grids of indices, None and Ellipsis."""
import numpy as np


def f(x: np.ndarray, m: np.ndarray) -> float:
    a = m * 1.0
    a[::-1] = a[:4] * x[0]
    a[a < 0.0] = x[1]
    a[[0, 0, 2]] = m[:3] * x[2]
    a[np.array([0, 1]), np.array([1, 2])] = x[:2]
    a[1:3, [0, 2]] = x[3]
    a[[0, 1], 1:] = np.outer(x[:2], x[:2])
    a[np.array([[0, 1], [2, 3]]), 0] = np.outer(x[:2], x[2:])
    a[None, 2] = x[:3]
    a[..., -1] = x
    a[-1, ::2] = x[0] * x[1]
    return np.sum(a * a * m)


M = np.array([[0.5, 1.5, -0.7], [0.2, 0.9, 1.1], [0.3, -0.8, 1.7], [2.0, 0.1, 0.6]])
SIGNATURE = "x=float64[:], m=float64[:, :]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]), M),
          (np.array([1.123, 0.345, 0.781, -1.417]), M * 1.13 - 0.2)]
