"""Exits and a while loop, unannotated."""
import math


def f(x, tol):
    y = math.sqrt(x)
    while True:
        y = 0.5 * (y + math.exp(-y) * x)
        if abs(y) < tol:
            return y * x
        if y > 10.0 * tol:
            break
        tol = tol * 1.5
    return y


POINTS = [(0.7, 0.3), (0.3, 0.5), (5.0, 0.01)]
WRT = ("x",)
