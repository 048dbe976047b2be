"""Functions that return functions: polynomials, compositions, pairs of functions, one of several."""
from math import exp, sin


def line(a: float, b: float):
    def value(t):
        return a * t + b

    return value


def compose(outer, inner):
    return lambda t: outer(inner(t))


def with_slope(a: float):
    slope = 2.0 * a
    return lambda t: a * t * t, lambda t: slope * t


def kernel(name: str, width: float):
    if name == "wave":
        return lambda t: sin(t / width)
    if name == "bump":
        def bump(t):
            return exp(-t * t / width)
        return bump
    return line(width, 1.0)


def f(x: float, a: float, name: str) -> float:
    g = line(a, 1.0)
    h = compose(g, compose(sin, line(2.0, a)))
    square, slope = with_slope(a)
    k = kernel(name, a)
    return h(x) + square(x) * slope(x) + compose(k, g)(x) + kernel("bump", x)(a)


POINTS = [(0.7, 1.4, "wave"), (0.3, 1.2, "bump"), (-0.3, 0.8, "line")]
