"""list(A) has views of the rows of A; arrays in a list are moved, removed and stored into."""
import numpy as np


def f(x: np.ndarray) -> float:
    table = np.outer(x, x)
    rows = list(table)
    rows[0][1] = x[1]
    held = [x * k for k in range(3)]
    held[0][1] = x[1]
    held.insert(1, x * x)
    v = held.pop(0)
    v[0] = 5.0 * x[1]
    held.append(v)
    held.reverse()
    del held[1]
    return np.sum(table * table) + np.sum(rows[1]) + np.sum(held[0] * held[1]) + sum(np.sum(w * w) for w in held)


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
