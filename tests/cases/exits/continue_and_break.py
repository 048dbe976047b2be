"""continue and break in one body, and code after both."""
from math import cos


def f(x: float, n: int) -> float:
    y = x
    z = 0.0
    for i in range(n):
        y = cos(y) + x
        if y < 1.1:
            continue
        z = z + y * (i + 1)
        if z > 3.0:
            break
        y = y * 0.5
    return y * z


POINTS = [(0.9, 8), (0.2, 6), (1.6, 2), (0.6, 1)]
