"""A list in a list is changed through a name of its own; what is read of the other one varies with it."""
import numpy as np


def f(x: np.ndarray) -> float:
    table = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        row = table[i]
        for j in range(3):
            row[j] = x[i] * x[j] + (row[j - 1] if j else 0.0)
    rows = [[x[0], 1.0], [x[0], 2.0]]
    best = max(rows, key=sum)
    rows[0][1] += best[0] * x[1]
    for k in range(2):
        rows[k][1 - k] *= x[k]
    return best[0] * x[1] + table[2][2] * table[1][0] + rows[0][1] * rows[1][0]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.3, 0.7, 1.1]),), (np.array([0.6, 0.8, 1.3]),)]
