"""A function of one number, whose derivatives of every order are asked for."""

from math import exp


def f(t: float, n: int) -> float:
    y = t
    for _ in range(n):
        y = y * exp(-y * y)
    return y


WRT = "t"
MODES = ("derivative", "derivative:2", "derivative:3", "hvp")
POINT = (0.6, 3)
