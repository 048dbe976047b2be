"""assert runs once, and differentiates to nothing."""
from math import log


def f(x: float, n: int) -> float:
    assert x > 0.0, "x must be positive"
    y = log(x)
    for i in range(n):
        assert i < 10
        y = y * x
    return y


POINTS = [(0.7, 2), (1.4, 0)]
