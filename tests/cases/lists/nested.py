"""Lists of lists, made by nested comprehensions, and rows of different lengths."""
import numpy as np


def f(x: np.ndarray) -> float:
    table = [[v * u for u in x] for v in x]
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            s = s + table[i][j] * (i + 2 * j)
    triangle = []
    for i in range(len(x)):
        triangle.append([x[j] * x[i] * j for j in range(i + 1)])
    for row in triangle:
        s = s + row[-1] * sum(row)
    return s + sum(v * v for row in triangle for v in row)


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
