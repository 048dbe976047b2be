"""Lambdas assigned, passed, called at once, kept in a tuple and a dict, and chosen by a condition."""
from math import cos, exp, sin


def twice(g, t: float) -> float:
    return g(g(t))


def f(x: float, a: float, k: int) -> float:
    scale = lambda t: a * t  # noqa: E731
    r = twice(scale, x) + twice(lambda t: sin(t) + a, x)
    r += (lambda s, t=x: s * t)(a)
    pair = (scale, lambda t: t * t)
    table = {"sin": sin, "damp": lambda t: exp(-a * t)}
    r += pair[0](x) * pair[1](r) + table["damp"](x) * table["sin"](a)
    g = cos if k > 1 else scale
    return r * g(x)


POINTS = [(0.7, 0.4, 1), (-0.3, 1.2, 2)]
