"""A module constant and an integer argument: only x is differentiated."""
from math import pi, sin

RATE = 0.25


def f(x: float, k: int) -> float:
    return sin(pi * x / k) * RATE + x * k


POINTS = [(0.7, 3), (-1.2, 5)]
