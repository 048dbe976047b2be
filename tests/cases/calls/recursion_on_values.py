"""Recursion that ends by a test of the value, called by a wrapper."""
from math import sin


def settle(x: float, scale: float) -> float:
    if x < 0.3:
        return x * scale
    return settle(x * 0.5 * sin(scale), scale) + x


def f(x: float, y: float) -> float:
    return settle(x, y) * settle(y, x)


POINTS = [(2.3, 1.4), (0.2, 1.1)]
