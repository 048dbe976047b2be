"""sorted, and sort and reverse in place: the derivative goes back to where each item came from."""
import numpy as np


def f(x: np.ndarray) -> float:
    s = 0.0
    for k, v in enumerate(sorted(x)):
        s = s + k * v * v
    for k, v in enumerate(sorted([v * v for v in x], reverse=True)):
        s = s + k * v * v
    for k, v in enumerate(sorted(x, key=lambda u: (u - 0.5) ** 2)):
        s = s + k * v * v
    for k, v in enumerate(sorted((v * 2.0 for v in x), key=abs, reverse=True)):
        s = s + k * v * v
    squares = [v * v for v in x]
    squares.sort()
    s = s * squares[0] + squares[2]
    squares.sort(reverse=True)
    s = s * squares[0] + squares[2]
    squares.sort(key=lambda u: -u)
    squares.reverse()
    return s * squares[0] + squares[2]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1, -1.5]),)]
