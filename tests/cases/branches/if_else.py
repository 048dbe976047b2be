"""Both sides assign the same variable."""
from math import exp, sin


def f(x: float, y: float) -> float:
    if x > y:
        z = sin(x) * y
    else:
        z = exp(y) - x
    return z * z


POINTS = [(1.2, 0.4), (0.3, 0.9)]
