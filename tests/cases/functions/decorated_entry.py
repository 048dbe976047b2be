"""The function itself is decorated, by a wrapper that takes anything."""
import functools
from math import sin


def averaged(weight):
    def decorate(g):
        @functools.wraps(g)
        def wrapper(*args, **kwargs):
            return weight * g(*args, **kwargs) + (1.0 - weight) * g(*args, **kwargs) ** 2
        return wrapper
    return decorate


@averaged(0.3)
def f(x: float, y: float = 1.5, *, k: int = 2) -> float:
    return sin(x) * y ** k


POINTS = [(0.7, 0.4), (-0.3, 1.2)]
