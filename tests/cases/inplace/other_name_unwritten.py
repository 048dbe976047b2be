"""An argument that shares a list and a merge with the array that is stored into is not written itself."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray, n: int):
    B = x if n > 1 else np.copy(y)
    pair = [B, y]
    B[0] = y[1] * 2.0
    for i in range(n):
        B[...] = B * x
        if B[1] > 9.0:
            return (pair[1], y)
    return (pair[n % 2] * x, B)


POINTS = [(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0), (np.array([1.5, 2.0]), np.array([3.0, 4.0]), 1),
          (np.array([1.0, 1.2]), np.array([3.0, 0.4]), 3), (np.array([1.0, 4.0]), np.array([3.0, 4.0]), 2)]
MODE = "vjp"
WRITES = ("x",)
SIGNATURE = "x=float64[n], y=float64[n], n=int"
