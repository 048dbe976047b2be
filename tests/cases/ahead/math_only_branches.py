"""A piecewise drag law, unannotated, with a nested conditional expression."""
import math


def f(v, rho):
    reynolds = abs(v) * 10.0
    drag = 24.0 / reynolds if reynolds < 1.0 else 10.0 / math.sqrt(reynolds) if reynolds < 1000.0 else 0.44
    return 0.5 * rho * drag * v * abs(v)


POINTS = [(0.05, 1.2), (3.0, 1.1), (-3.0, 0.7), (120.0, 1.2)]
