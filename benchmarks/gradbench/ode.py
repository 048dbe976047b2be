"""The differential equation y_0' = x_0, y_i' = x_i y_(i-1), solved to time 2 by Runge and Kutta's method."""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function


def slope(x, y):
    z = np.empty(len(x))
    z[0] = x[0]
    z[1:] = x[1:] * y[:-1]
    return z


def solve(x, steps: int):
    h = 2.0 / steps
    y = np.zeros(len(x))
    for _ in range(steps):
        k1 = slope(x, y)
        k2 = slope(x, y + 0.5 * h * k1)
        k3 = slope(x, y + 0.5 * h * k2)
        k4 = slope(x, y + h * k3)
        y = y + h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0
    return y


def last(x, steps: int):
    return solve(x, steps)[-1]


gradient = s2sad.grad(last)


def prepare(given):
    return np.array(given["x"], float), int(given["s"])


FUNCTIONS = {"primal": Function(prepare, solve, np.ndarray.tolist),
             "gradient": Function(prepare, gradient, np.ndarray.tolist)}
