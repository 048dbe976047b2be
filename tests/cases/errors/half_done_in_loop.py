"""An error in the middle of a try in a loop, with an else and a finally."""

import math


def f(x: float, n: int) -> float:
    s = x
    for k in range(n):
        try:
            s = s * x
            t = s / (k - 1)
            s = s + math.log(t + 0.5)
        except (ZeroDivisionError, ValueError):
            s = s + 0.1
        else:
            s = s * 0.9
        finally:
            print(k)
    return s


POINTS = [(1.3, 4), (0.3, 3), (0.9, 0)]
