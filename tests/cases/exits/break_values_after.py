"""Values of the last iteration, and its index, are used after the break."""
from math import sin


def f(x: float, n: int) -> float:
    y = x
    step = 0.0
    for i in range(1, n):
        step = sin(y * i)
        if step < 0.0:
            break
        y = y + step * x
    return y * step + i * x


POINTS = [(0.7, 9), (0.7, 3), (1.1, 9)]
