"""`finally` runs once on every path: returns, errors that are handled, errors that are not."""

import math


def f(x: float, n: int) -> float:
    try:
        y = math.log(x) / n
    finally:
        print("first")
    for k in range(n):
        try:
            if k == 3:
                break
            if y > 1.0:
                return y * x
            y = y + math.sqrt(x - k)
        except ValueError:
            y = y * 0.5
        else:
            print("else", k)
        finally:
            print("last", k)
    return y * x


POINTS = [(1.3, 2), (2.5, 3), (0.5, 9), (9.1, 1)]
ERRORS = [(-1.0, 2), (1.3, 0)]
