"""A chain of four sides, with chained comparison."""
from math import cos, sin


def f(x: float) -> float:
    if x < -1.0:
        y = x * x
    elif -1.0 <= x < 0.0:
        y = sin(x)
    elif x < 1.0 and x != 0.5:
        y = cos(x) * x
    else:
        y = 3.0 * x
    return y * x


POINTS = [(-1.6,), (-0.4,), (0.8,), (2.2,)]
