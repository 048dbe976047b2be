"""A list used as a stack, as the reverse sweeps themselves do."""
from math import cos


def f(x: float, n: int) -> float:
    stack = []
    y = x
    for i in range(n):
        stack.append(y)
        y = cos(y) * x
    total = 0.0
    for i in range(n):
        total = total * y + stack.pop()
    return total


POINTS = [(0.7, 4), (1.2, 1)]
