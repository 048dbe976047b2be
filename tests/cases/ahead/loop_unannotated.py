"""A loop without annotations; range tells that n is an integer."""
from math import tanh


def f(x, n):
    y = x
    for i in range(n):
        y = tanh(y * x) + 0.5
    return y


POINTS = [(0.7, 3), (1.2, 1)]
WRT = ("x",)
