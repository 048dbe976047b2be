"""The function of the textbooks: b*sin(a) + b**2, with SEED figures at (2, 5)."""
from math import sin


def f(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r


POINTS = [(2.0, 5.0), (-0.7, 1.3)]
