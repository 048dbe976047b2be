"""Decorators: written by the user with and without arguments, wraps, cached, stacked, of inner functions."""
import functools
from math import sin

import numpy as np


def doubled(g):
    @functools.wraps(g)
    def wrapper(*args, **kwargs):
        return 2.0 * g(*args, **kwargs)

    return wrapper


def scaled(factor):
    def decorate(g):
        def wrapper(t):
            return factor * g(t)
        return wrapper
    return decorate


@doubled
def area(a, b, *, height=1.0):
    return a * b * height


@doubled
@scaled(0.5)
@scaled(3.0)
def wave(t):
    return sin(t) * t


@functools.lru_cache(maxsize=64)
def square(t):
    return t * t


def f(x: float, a: float, v: np.ndarray) -> float:
    @scaled(a)
    def inner(t):
        return t + x

    @doubled
    def outer(t, k=2.0):
        return inner(t) * k

    return area(x, a) + area(x, b=a, height=x) + wave(x) + square(a) + outer(x) + outer(a, k=x) + np.sum(v * inner(x))


POINTS = [(0.7, 0.4, np.array([0.2, -0.4])), (-0.3, 1.2, np.array([0.5, 0.4]))]
