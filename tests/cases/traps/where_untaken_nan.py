"""where never lets the untaken branch's NaN through."""
import numpy as np


def f(x: np.ndarray) -> float:
    safe = np.where(x > 0.0, x, 1.0)
    return np.sum(np.where(x > 0.0, np.log(safe) * x, x * x))


POINTS = [(np.array([0.5, -1.0, 2.0]),), (np.array([-0.3]),)]
