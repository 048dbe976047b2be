"""Bisection brackets the root, one Newton step makes it differentiable."""
from math import exp


def residual(x: float, k: float) -> float:
    return x + k * exp(x) - 2.0


def f(k: float) -> float:
    lo = -3.0
    hi = 3.0
    while hi - lo > 1e-12:
        middle = 0.5 * (lo + hi)
        if residual(middle, k) > 0.0:
            hi = middle
        else:
            lo = middle
    return lo - residual(lo, k) / (1.0 + k * exp(lo))


POINTS = [(0.5,), (1.3,)]
SECOND_ORDER = False  # the bracket moves in jumps: the second derivative of the program is not that of the root
