"""np.median of odd and even counts, np.kron, np.interp inside and outside its range."""
import numpy as np


def f(x: np.ndarray, p: float) -> float:
    grid = np.array([0.0, 0.5, 1.5, 2.0])
    y = np.interp(x, grid, grid * p + x)
    z = np.interp(p, grid * p - 0.3, x)
    k = np.kron(x, x[:2])
    m = np.kron(np.outer(x, x)[:2, :3], np.outer(x, x)[:2])
    return np.sum(y * x) + z + np.median(k) + np.median(x[:3]) * np.median(m) + np.sum(np.median(m, axis=1) ** 2)


SIGNATURE = "x=float64[:], p=float"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), 1.3), (np.array([2.7, 0.1, 1.9, -0.4]), 0.4)]
