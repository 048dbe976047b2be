"""`A[...] op= e` for every operator, on elements, slices, integer arrays, masks, views of views, and `@=`."""
import numpy as np


def f(x: np.ndarray, m: np.ndarray) -> float:
    a = m * 1.0
    a[0] += x[0]
    a[1] -= a[0]
    a[2] *= a[1]
    a[3] /= (x[2]+2.0)
    a[:, 1] **= 2
    a[0, 0] //= 0.3
    a[1, 1] %= 0.7
    a[1:] += a[:-1]
    a[[0, 2]] *= x[1]
    a[a > 1.0] -= x[3]
    a[..., None][1, :, 0] += 1.0 * x[0]
    b = np.eye(3) * x[0]
    b[:2, :2] @= a[:2, :2]
    b @= a[:3]
    return np.sum(a * a) + np.sum(b * b)


M = np.array([[0.5, 1.5, -0.7], [0.2, 0.9, 1.1], [0.3, -0.8, 1.7], [2.0, 0.1, 0.6]])
SIGNATURE = "x=float64[:], m=float64[:, :]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]), M),
          (np.array([1.123, 0.345, 0.781, -1.417]), M * 1.13 - 0.2)]
