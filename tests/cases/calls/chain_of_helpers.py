"""Helpers calling helpers, and composition: reciprocal(add_1(exp(negate(x))))."""
from math import exp


def negate(x: float) -> float:
    return -1 * x


def add_1(x: float) -> float:
    return x + 1


def reciprocal(x: float) -> float:
    return 1 / x


def denominator(x: float) -> float:
    return add_1(exp(negate(x)))


def f(x: float) -> float:
    return reciprocal(denominator(x))


POINTS = [(0.0,), (1.3,)]
