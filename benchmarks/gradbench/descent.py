"""Gradient descent with a step that grows after ten successes and shrinks after a failure (Pearlmutter and Siskind)."""

import numpy as np


def length(v):
    return np.sqrt(np.sum(v ** 2))


def argmin(function, gradient, start):
    x = start
    value = function(x)
    slope = gradient(x)
    step = 1e-5
    successes = 0
    while length(slope) > 1e-5:
        if successes == 10:
            step = 2.0 * step
            successes = 0
            continue
        moved = x - step * slope
        if length(x - moved) <= 1e-5:
            break
        lower = function(moved)
        if lower < value:
            x = moved
            value = lower
            slope = gradient(x)
            successes += 1
        else:
            step = 0.5 * step
            successes = 0
    return x


def argmax(function, gradient, start):
    return argmin(lambda x: -function(x), lambda x: -gradient(x), start)
