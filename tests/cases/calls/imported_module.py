"""Helpers of another module, under a module's name, an alias and a from-import; its constants go along."""
import _formulas
import _formulas as formulas
from _formulas import bell as gauss


def f(x: float, sigma: float) -> float:
    return gauss(x, 0.5, sigma) + _formulas.softplus(x) * formulas.SCALE * sigma


POINTS = [(0.7, 1.2), (-0.4, 0.6)]
