"""A list of lists filled item by item, as Pascal's triangle is; tuples and constants mixed in."""
import numpy as np


def f(x: np.ndarray) -> float:
    n = len(x)
    rows = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = x[i] * x[j] + (rows[i - 1][j] if i > j else 1.0)
    s = 0.0
    for row in rows:
        for v in row:
            s = s + v * v
    pairs = [(x[0], 1), (x[1], 2), (x[0] * x[1], 3)]
    pairs[0], pairs[2] = pairs[2], pairs[0]
    for v, k in pairs:
        s = s * v + k * v
    mixed = [1, 2.0, x[0]]
    mixed[0] = x[1]
    mixed.append(3)
    for v in mixed:
        s = s + v * v
    return s


POINTS = [(np.array([0.7, -0.3, 1.2]),), (np.array([2.0, 0.1]),)]
