"""Module constants with literal values, frozen into the saved module."""
import math

GRAVITY = 9.81
HALF = 1 / 2


def f(v, angle):
    t = 2.0 * v * math.sin(angle) / GRAVITY
    return v * math.cos(angle) * t - HALF * v


POINTS = [(12.0, 0.7), (3.0, 1.1)]
