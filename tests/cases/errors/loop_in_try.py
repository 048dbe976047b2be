"""A loop guarded as a whole, within a loop: an iteration that fails leaves nothing behind for the others."""

import math


def f(x: float, n: int) -> float:
    s = x
    for k in range(3):
        try:
            t = s
            for j in range(n):
                t = t * x - 0.3 * j
                if t < 0.2:
                    t = math.log(t + 0.1 * k) + 2.0
            s = t * s
        except ValueError:
            s = s * x
    return s


# A list of lists, made for the gradient, is not differentiated again.
POINTS = [(1.3, 3), (0.7, 4), (0.9, 0)]
