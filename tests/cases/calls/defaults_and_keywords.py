"""Defaults, keywords in another order, and a default left to the callee."""
from math import cos


def wave(t: float, amplitude: float = 2.0, phase: float = 0.5) -> float:
    return amplitude * cos(t + phase)


def f(x: float, y: float = 1.5) -> float:
    return wave(x) + wave(phase=y, t=x) * wave(y, amplitude=x)


POINTS = [(0.7, 0.4), (-1.3,)]
