"""Augmented assignment of scalars rebinds; the old value of s is still x."""


def f(x: float, y: float) -> float:
    s = x
    s += y
    t = s
    t *= x
    t -= y
    t /= 2.0 + x * x
    t **= 2
    return s * x + t


POINTS = [(2.0, 3.0), (-0.4, 0.9)]
