"""The function itself is decorated, by a wrapper that takes anything."""
import functools
from math import sin


def averaged(weight):
    def decorate(g):  # never at a point
        @functools.wraps(g)  # never at a point
        def wrapper(*args, **kwargs):
            return weight * g(*args, **kwargs) + (1.0 - weight) * g(*args, **kwargs) ** 2
        return wrapper  # never at a point: when the module is loaded
    return decorate     # never at a point


@averaged(0.3)
def f(x: float, y: float = 1.5) -> float:
    return sin(x) * y ** 2


POINTS = [(0.7, 0.4), (-0.3, 1.2)]
