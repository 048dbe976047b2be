"""The saddle point of a function of two points: a minimum, by gradient descent, of maxima by gradient descent.

The outer descent differentiates through all steps of the inner one, whose slopes are derivatives themselves.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.descent import argmax, argmin
from benchmarks.gradbench.protocol import Function


def objective(x, y):
    return (x[0] ** 2 + x[1] ** 2) - (y[0] ** 2 + y[1] ** 2)


slope_r = s2sad.grad(objective, wrt=1)
along = s2sad.jvp(objective, wrt=1)


def slope_f(x, y):
    return np.array([along(x, y, np.array([1.0, 0.0]))[1], along(x, y, np.array([0.0, 1.0]))[1]])


def highest_r(x, start):
    return objective(x, argmax(lambda y: objective(x, y), lambda y: slope_r(x, y), start))


def highest_f(x, start):
    return objective(x, argmax(lambda y: objective(x, y), lambda y: slope_f(x, y), start))


forward = {"r": s2sad.jvp(highest_r), "f": s2sad.jvp(highest_f)}
reverse = {"r": s2sad.grad(highest_r), "f": s2sad.grad(highest_f)}


def saddle(outer, highest, slope, start):
    """The two points; the second is searched for once more when the first is known."""
    x = argmin(lambda x: highest(x, start), lambda x: outer(x, start), start)
    y = argmax(lambda y: objective(x, y), lambda y: slope(x, y), start)
    return np.concatenate([x, y])


def by_columns(tangent):
    """The gradient by forward mode."""
    return lambda x, start: np.array([tangent(x, start, unit)[1] for unit in np.eye(2)])


def ff(start):
    return saddle(by_columns(forward["f"]), highest_f, slope_f, start)


def fr(start):
    return saddle(by_columns(forward["r"]), highest_r, slope_r, start)


def rf(start):
    return saddle(reverse["f"], highest_f, slope_f, start)


def rr(start):
    return saddle(reverse["r"], highest_r, slope_r, start)


def prepare(given):
    return (np.array(given["start"], float),)


FUNCTIONS = {function.__name__: Function(prepare, function, np.ndarray.tolist) for function in (ff, fr, rf, rr)}
