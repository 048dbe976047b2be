"""A closure reads its variables when it is called: rebound, filled and counted after it was defined."""
import numpy as np


def f(x: float, v: np.ndarray, n: int) -> float:
    a = x
    g = lambda t: a * t  # noqa: E731
    before = g(2.0)
    a = x * x
    total = g(before)
    w = np.zeros(3)

    def store(i, t):
        w[i] = w[i] + t * a

    def read(i):
        return w[i]

    seen = []
    for i in range(n):
        store(i % 3, v[i % 3] + total)
        a = a * 0.5
        seen.append(read(0))
    functions = []
    functions.append(g)
    functions.append(lambda t: t + i * a)
    a = a + x
    return functions[0](1.0) + functions[1](x) + seen[-1] * read(1) + w[2]


POINTS = [(0.7, np.array([0.2, -0.4, 0.9]), 4), (-1.3, np.array([0.5, 0.4, 0.3]), 1)]
