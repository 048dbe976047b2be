"""A buffer filled until a break; the rest stays zero."""
import numpy as np


def f(x: float, n: int) -> float:
    A = np.zeros(n)
    y = x
    for i in range(n):
        y = y * 1.4 + 0.1
        A[i] = y * x
        if y > 3.0:
            A[i] = y
            break
    return np.sum(A * A) * y


POINTS = [(1.1, 6), (0.4, 2)]
