"""x * sqrt(y) at y = 0: the convention says 0 for the factor's derivative, not NaN."""
from math import sqrt


def f(x: float, y: float) -> float:
    return x * sqrt(y)


POINTS = [(0.7, 1.2), (-0.4, 0.6)]
EDGES = [((0.0, 0.0), (0.0, 0.0))]
