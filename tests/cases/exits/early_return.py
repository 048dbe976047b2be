"""Returns in both sides of a branch and after it."""
from math import sqrt


def f(x: float, y: float) -> float:
    if x < 0.0:
        return x * y
    r = sqrt(x) * y
    if r > 2.0:
        return r * r
    return r + x


POINTS = [(-0.6, 1.2), (4.0, 1.6), (0.7, 0.9)]
