"""Lists that change under several names: made in branches, held in other lists, repeated rows that are one row."""
import numpy as np


def grow(values, v):
    values.append(v)
    values.append(v * v)


def f(x: np.ndarray) -> float:
    if x[0] > 0.0:
        a = [x[0], x[1]]
    else:
        a = []
    a.append(2.0 * x[1])
    b = a
    b.insert(0, a[0])
    for v in x:
        grow(a, v)
    first = b.pop(0)
    one = [[0.0] * 3] * 3
    one[0][1] = x[0]
    one[2][2] = x[1] * first
    many = [[1.0] * 3 for _ in range(3)]
    many[0][1] = x[0]
    many[2][2] = x[1] * x[0]
    many[1] = many[0]
    many[1][0] = many[2][2] * x[1]
    return sum(a) * b[-1] + one[1][1] * one[1][2] + many[0][0] * many[0][1] + len(b)


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-2.0, 0.1]),)]
