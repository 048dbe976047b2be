"""The head of a while stores: by a helper that it calls, and by taking from a list."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = np.zeros(9)

    def put(i, v):
        a[i] = v
        return v

    i = 0
    while put(i, x[0] * i) < 1.0:
        i += 1
    k = 0
    while k < 3 and put(k + 4, x[1] * k) < 2.0:
        k += 1
    else:
        a[0] += x[1] ** 2
    stack = [x[0], x[1], x[2] * 3.0, x[3]]
    y = 1.0
    while stack.pop() < 1.0:
        y = y * x[0] + len(stack)
    return y * stack[-1] + a[1] * x[1] + a[2] + a[5] * a[0]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.3, 0.7, 1.1, 0.4]),), (np.array([0.6, 0.8, 1.3, 1.7]),)]
