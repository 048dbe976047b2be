"""Each variable is overwritten several times; straight-line code needs no stack for that."""
from math import cos, exp, sin


def f(x: float, y: float) -> float:
    t = x * y
    t = sin(t) + x
    u = t * t
    t = exp(-u) * y
    u = u + t
    t = t * u
    x = cos(t) * x
    return x + u


POINTS = [(0.7, 0.4), (-0.3, 1.6)]
