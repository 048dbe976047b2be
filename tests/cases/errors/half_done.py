"""An error in the middle of a try: what was assigned before it has its new value, what comes after it has not."""

import math


def f(x: float, n: int) -> float:
    y = x
    try:
        y = y * 2.0
        z = y / n
        y = math.log(z) * y
        w = y / (n - 1)
    except ZeroDivisionError:
        w = y
    except ValueError as error:
        if n < -3:
            raise
        w = y * len(str(error))
    return w + y * y


POINTS = [(1.3, 4), (0.7, 0), (1.6, 1), (0.4, -2)]
ERRORS = [(0.4, -5)]
