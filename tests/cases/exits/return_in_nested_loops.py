"""A return from two loops deep, and a break of the inner loop."""
from math import sin


def f(x: float, n: int) -> float:
    s = x
    for i in range(n):
        for j in range(n):
            s = s + sin(x * (i + j)) * 0.5
            if s > 2.5:
                return s * s * (i + 1)
            if s < 0.2:
                break
        s = s * 1.1
    return s


POINTS = [(0.7, 4), (0.25, 2), (-0.9, 3)]
