"""Rows of an argument are normalised through views, by a helper that writes."""
import numpy as np


def normalise(row: np.ndarray) -> float:
    total = np.sqrt(np.sum(row * row))
    row /= total
    return total


def f(rows: np.ndarray, scale: float):
    totals = np.zeros(len(rows))
    for k in range(len(rows)):
        totals[k] = scale * normalise(rows[k])
    rows[0] = rows[-1]
    return totals


MODE = "vjp"
WRITES = ("rows",)
SIGNATURE = "rows=float64[n, m], scale=float"
POINTS = [(np.array([[0.3, 0.4], [1.2, -0.7], [0.2, 0.9]]), 2.0), (np.array([[0.3, 0.4, 0.8]]), 0.5)]
