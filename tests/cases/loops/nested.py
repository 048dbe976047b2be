"""A loop in a loop whose range depends on the outer index."""
from math import cos


def f(x: float, n: int) -> float:
    total = 0.0
    for i in range(n):
        inner = x
        for j in range(i):
            inner = cos(inner) * x + 0.1 * j
        total = total + inner * inner
    return total


POINTS = [(0.7, 4), (1.4, 3)]
