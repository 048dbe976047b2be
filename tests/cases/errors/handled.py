"""The derivative follows the path that was taken: an error in the last statement, several classes, several handlers."""

import math


def f(x: float, n: int) -> float:
    y = x
    try:
        y = math.sqrt(x) / n
    except (ZeroDivisionError, ValueError):
        y = y * 3.0
    try:
        z = math.log(x) / (n - 1)
    except ZeroDivisionError:
        z = y * y
    except ValueError as error:
        return x * y * len(str(error))
    else:
        z = z * math.sin(y)
    return y * z


POINTS = [(1.3, 4), (0.7, 0), (-1.0, 3), (0.4, 1)]
