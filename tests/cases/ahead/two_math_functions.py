"""Renamed imports, several math functions, no annotations."""
from math import cos as c
from math import exp, log
from math import sin as s


def f(x, y):
    t = s(x) * c(y)
    u = exp(t) + log(1.0 + y * y)
    return u * t


POINTS = [(0.7, 0.4), (1.2, -0.6)]
