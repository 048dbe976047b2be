"""np.add.at and its like: where an index comes twice, each operation sees the one before."""
import numpy as np


def f(x: np.ndarray, i: np.ndarray) -> float:
    z = x * x
    np.add.at(z, i, x)
    np.subtract.at(z, i, x[0])
    np.multiply.at(z, i, x * x)
    np.divide.at(z, [1, 1], x[2])
    np.maximum.at(z, i, 0.1)
    np.multiply.at(z, z > 0.3, x[1])
    return np.sum(z * z)


WRT = ("x",)
SIGNATURE = "x=float64[:], i=int64[:]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), np.array([0, 0, 2, 1])),
          (np.array([0.7, 1.3, 0.2, -0.4]), np.array([3, 1, 1, 1]))]
