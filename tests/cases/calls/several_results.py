"""A helper that returns a tuple, unpacked by its caller and used in part."""
from math import cos, sin


def polar(r: float, t: float) -> tuple[float, float]:
    return r * cos(t), r * sin(t)


def f(r: float, t: float) -> float:
    x, y = polar(r, t)
    u, _ = polar(x, y)
    return x * y + u


POINTS = [(1.7, 0.4), (0.6, 2.0)]
