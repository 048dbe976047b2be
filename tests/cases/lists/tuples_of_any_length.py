"""Tuples made of generators, joined, sliced, unpacked with a star; loops over tuples of active values."""
import numpy as np


def f(x: np.ndarray) -> float:
    t = tuple(v * v for v in x)
    u = (*t, x[0])
    a, b, *c = u
    w = t[1:]
    s = a * b * c[0] + w[0] * w[-1] + sum(u) + max(t) + len(t)
    for v in (a, x[1], s):
        s = s * v + v
    for v, k in ((a, 2.0), (x[1], 3.0)):
        s = s * v + k
    for i, v in enumerate((a, x[0])):
        s = s * v + i
    return s


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
