"""Over a literal tuple and a literal list."""
from math import sin


def f(x: float) -> float:
    total = 0.0
    for c in (1.0, 0.5, 0.25):
        total = total * x + sin(c * x)
    for k in [1, 2, 3]:
        total = total + x ** k
    return total


POINTS = [(0.7,), (-1.3,)]
