"""Chained and tuple assignment, a swap, nested unpacking."""
from math import exp


def f(x: float, y: float) -> float:
    a = b = x * y
    a, b = b + x, a - y
    a, b = b, a
    (c, d), e = (a * b, exp(-a)), b
    return a * c + d * e


POINTS = [(0.7, 0.4), (1.3, -0.8)]
