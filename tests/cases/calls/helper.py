"""A helper called twice."""
from math import exp


def sigmoid(t: float) -> float:
    return 1.0 / (1.0 + exp(-t))


def f(x: float, y: float) -> float:
    return sigmoid(x * y) * sigmoid(x - y)


POINTS = [(0.7, 0.4), (-1.3, 2.0)]
