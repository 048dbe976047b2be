"""map, filter and generators, as lists and in the heads of loops, where they see what the body changes."""
from math import cos, sin

import numpy as np


def u_of(v: float) -> float:
    return v * v + 1.0


def f(x: np.ndarray) -> float:
    s = 0.0
    for v in (u * s * x[0] for u in x if u > 0.0):
        s = s + v + u_of(v)
        if s > 4.0:
            break
    sines = list(map(sin, x))
    s = s + sum(map(lambda a, b: a * b, sines, x))
    for v in map(u_of, sines):
        if v > 1.5:
            break
        s = s + v
    for u, v in zip(map(cos, sines), x):
        s = s + u * v
    for v in list(filter(lambda u: u > 0.0, x)):
        s = s * v
    for v in filter(lambda u: u > 0.0, x):
        s = s * v
        if s > 10.0:
            break
    else_none = list(filter(None, [0.0, s]))
    return else_none[0]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-2.0, 0.3, 3.0]),)]
