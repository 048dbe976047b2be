"""A list as a queue and as a stack, both tested by their truth."""
from math import sin

import numpy as np


def f(x: np.ndarray, n: int) -> float:
    queue = list(x)
    s = 1.0
    k = 0
    while queue and k < 7:
        k += 1
        v = queue.pop(0)
        s = s + sin(v * s)
        if k < n:
            queue.append(v * s)
    stack = [x[0]]
    for i in range(n):
        stack.append(sin(stack[-1]) * x[i % len(x)])
        if len(stack) > 2:
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b + a)
    return s * stack[-1]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), 4), (np.array([0.7, 1.1]), 0)]
