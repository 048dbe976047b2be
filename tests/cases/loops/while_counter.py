"""while with a counter, and a second carried value."""
from math import sin


def f(x: float, n: int) -> float:
    i = 0
    y = x
    while i < n and y < 100.0:
        y = y + sin(x * i)
        i += 2
    return y * i


POINTS = [(0.7, 7), (1.3, 1), (1.3, 0)]
