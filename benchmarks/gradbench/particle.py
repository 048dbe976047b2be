"""A charged particle that falls between two charges, one of which is moved until the particle hits the origin.

The force is the gradient of a potential, and the place of the second charge is found by gradient descent through the
whole trajectory: derivatives of a function that takes derivatives, in the four combinations of modes.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.descent import argmin
from benchmarks.gradbench.protocol import Function

STEP = 0.1


def potential(position, w: float):
    from_moved = position - np.array([10.0, 10.0 - w])
    from_fixed = position - np.array([10.0, 0.0])
    return 1.0 / np.sqrt(np.sum(from_moved ** 2)) + 1.0 / np.sqrt(np.sum(from_fixed ** 2))


slope_r = s2sad.grad(potential)
along = s2sad.jvp(potential)


def slope_f(position, w: float):
    return np.array([along(position, w, np.array([1.0, 0.0]))[1], along(position, w, np.array([0.0, 1.0]))[1]])


def landing(w: float, slope):
    """The square of where the particle comes down to the axis."""
    position = np.array([0.0, 8.0])
    velocity = np.array([0.75, 0.0])
    while True:
        acceleration = -slope(position, w)
        position = position + STEP * velocity
        if position[1] <= 0.0:
            break
        velocity = velocity + STEP * acceleration
    position = position - position[1] / velocity[1] * velocity
    return position[0] ** 2


def landing_r(w):
    return landing(w[0], slope_r)


def landing_f(w):
    return landing(w[0], slope_f)


forward = {"r": s2sad.jvp(landing_r), "f": s2sad.jvp(landing_f)}
reverse = {"r": s2sad.grad(landing_r), "f": s2sad.grad(landing_f)}


def ff(start):
    return argmin(landing_f, lambda w: np.array([forward["f"](w, np.ones(1))[1]]), start)


def fr(start):
    return argmin(landing_r, lambda w: np.array([forward["r"](w, np.ones(1))[1]]), start)


def rf(start):
    return argmin(landing_f, reverse["f"], start)


def rr(start):
    return argmin(landing_r, reverse["r"], start)


def prepare(given):
    return (np.array([float(given["w"])]),)


def finish(w):
    return float(w[0])


FUNCTIONS = {function.__name__: Function(prepare, function, finish) for function in (ff, fr, rf, rr)}
