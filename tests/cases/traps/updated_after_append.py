"""An array that is updated, put into a list, and updated again: the list sees the second update."""
import numpy as np


def f(x: np.ndarray) -> float:
    kept = []
    s = x * 1.0
    s += x
    kept.append(s)
    s += x * x
    return np.sum(kept[0] * kept[0])


SIGNATURE = "x=float64[n]"
POINTS = [(np.array([0.5, 1.2]),), (np.array([-0.3, 0.8, 1.7]),)]
