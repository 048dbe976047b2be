"""The derivative with respect to the second parameter only; constants of the first are not worked out."""
from math import exp, sin


def f(x: float, k: float) -> float:
    amplitude = exp(sin(x))
    return amplitude * sin(k * x) + x


POINTS = [(0.7, 2.0), (-0.4, 1.1)]
WRT = ("k",)
