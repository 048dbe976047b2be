"""`try` in a loop: what is saved stays in step where an error leaves it half-way; continue and break in handlers."""

import math


def f(x: float, n: int) -> float:
    s = x
    for k in range(n):
        try:
            if k != 1:
                u = math.sin(s * x)
                t = u * u * s
            else:
                t = s * s
            v = math.sqrt(t - 0.1)
            s = v * t + 0.3 / (k - 2)
        except ZeroDivisionError:
            s = s * x + 0.1
            continue
        except ValueError:
            s = s * 0.5
            if k > 4:
                break
        else:
            s = s + v
        s = s * 0.9
    return s * x


POINTS = [(1.154, 4), (0.462, 9), (1.846, 5), (2.0, 3), (1.615, 7)]
