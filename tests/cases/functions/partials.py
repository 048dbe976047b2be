"""functools.partial: positional, keywords that are overridden, nested, of library functions; functools.reduce."""
import operator
from functools import partial, reduce

import numpy as np


def model(a, b, t, *, shift=0.0, power=2):
    return a * t ** power + b * t + shift


def solve(g, t, steps):
    for _ in range(steps):
        t = t - 0.1 * g(t)
    return t


def f(x: float, v: np.ndarray) -> float:
    g = partial(model, x, 2.0, shift=x * x)
    h = partial(g, power=3)
    r = g(1.5) + h(x, shift=1.0) + solve(h, x, 2)
    r += partial(np.sum, axis=0)(v * x)
    r += reduce(operator.mul, [x, r, 0.5]) + reduce(lambda s, t: s + t * x, (v[0], v[1], v[2]), r)
    return r + operator.sub(operator.truediv(x, 3.0), operator.neg(v[1]))


POINTS = [(0.7, np.array([0.2, -0.4, 0.9])), (-0.4, np.array([0.5, 0.4, 0.3]))]
