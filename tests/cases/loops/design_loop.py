"""A loop with a branch and no early exit: the golden of the design page."""
from math import sin


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        if y > 1.0:
            y = sin(y) * x
        else:
            y = y * y
    return y


POINTS = [(1.3, 4), (0.8, 3), (1.3, 0)]
