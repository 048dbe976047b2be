"""Counting down, and a step that does not divide the range."""
from math import sin


def f(x: float, n: int) -> float:
    y = x
    for i in range(n, 0, -3):
        y = y + sin(y * i) * 0.3
    for i in range(1, n, 4):
        y = y * (1.0 + x / i)
    return y


POINTS = [(0.7, 10), (0.4, 8), (0.4, 1)]
