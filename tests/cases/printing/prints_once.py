"""Printing happens exactly once per call, in order, and contributes nothing."""
from math import sin


def f(x: float, y: float) -> float:
    print("start", x)
    z = sin(x) * y
    print("z is", z, "of", y, sep=" ", end=".\n")
    return z * z


POINTS = [(0.7, 1.2), (-0.4, 0.6)]
