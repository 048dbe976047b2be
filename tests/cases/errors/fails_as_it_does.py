"""In forward mode the statements of a try fail as they do without tangents: log(0) is a ValueError, 1/0 is not."""

import math


def f(x: float, n: int) -> float:
    y = x * n
    try:
        z = math.log(y) / (n + 1)
    except ValueError:
        z = 2.0 * x
    return z * x


POINTS = [(1.3, 2), (0.7, 0)]
