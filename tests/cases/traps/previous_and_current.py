"""prev = cur in a loop, cur newly allocated: buffers that trade names."""
import numpy as np


def f(x: float, n: int) -> float:
    prev = np.zeros(2)
    prev[0] = x
    for i in range(n):
        cur = np.zeros(2)
        cur[0] = prev[0] * x + prev[1]
        cur[1] = prev[0] * 0.5
        prev = cur
    return prev[0] * prev[1]


POINTS = [(0.7, 3), (1.2, 1), (1.2, 0)]
