"""Stores into arrays made before: the last thing that a try does, or done again by its handler."""

import numpy as np


def f(x: float, n: int) -> float:
    A = np.zeros(4)
    A[0] = x
    for k in range(n):
        try:
            v = x / (k - 1) + A[0]
            A[k] = v * v
        except ZeroDivisionError:
            A[1] = A[0] * x
        except IndexError:
            A[3] = x
            break
    return float(np.sum(A * A))


POINTS = [(1.3, 3), (0.3, 7), (0.4, 1)]
