"""Stars in targets and displays, of what has a known length and of what has not."""
import numpy as np


def f(x: float, y: float, z: np.ndarray) -> float:
    a, *b = [x, y, x * y]
    *c, d = (x, y, x * y)
    joined = [x + y, *b, *c]
    t = (*joined, d)
    e, (g, *h), *k = x, [y, x * y], x + y, x
    s = a * b[0] * b[1] * c[0] * c[1] + d * d * joined[1] * joined[2] * t[0] * t[-1] + e * g * h[0] * k[0] * k[1]
    squares = [v * v for v in z]
    first, *rest = squares
    *most, last = z
    many = [first, *rest, *z, last]
    for i in range(len(many)):
        s = s + many[i] * (i + 1)
    return s * first * rest[0] * most[0] * last * len(most)


POINTS = [(0.5, 1.3, np.array([0.7, -0.3, 1.2, 0.4])), (1.5, -0.3, np.array([0.7, 1.1]))]
