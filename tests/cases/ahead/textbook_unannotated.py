"""The textbook function without annotations: math.sin proves the scalar."""
import math


def f(a, b):
    r = b * math.sin(a) + b ** 2
    return r


POINTS = [(2.0, 5.0), (-0.7, 1.3)]
