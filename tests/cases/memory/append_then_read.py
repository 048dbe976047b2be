"""A local list filled by append, then read backwards."""
from math import sin


def f(x: float, n: int) -> float:
    values = []
    for i in range(n):
        values.append(sin(x * (i + 1)))
    total = 0.0
    for i in range(n):
        total = total * x + values[n - 1 - i]
    return total


POINTS = [(0.7, 4), (1.2, 1), (1.2, 0)]
