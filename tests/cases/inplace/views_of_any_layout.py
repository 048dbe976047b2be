"""Views that NumPy makes where it can, of arrays that are stored into; arrays without axes change where they stand."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = x * 1.0
    column = a[:, None]
    column[1] = x[0]
    flat = column.ravel()
    flat[2] *= 3.0
    row = np.squeeze(a[None, :])
    row[0] = 2.0 * x[1]
    total = np.zeros(())
    same = total
    for v in x:
        total += v * v
    total *= x[0]
    single = total.reshape(1)
    single[0] *= x[1]
    return np.sum(a * column[:, 0] * x) + same * x[2]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.3, 0.7, 1.1, 0.4]),), (np.array([0.9, -0.7, 1.1]),)]
