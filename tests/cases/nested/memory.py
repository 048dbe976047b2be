"""Derivatives of programs that fill arrays, append to lists and write into their arguments."""

from math import log, sin, sqrt

import numpy as np
from s2sad import grad, value_and_grad, vjp


def simulate(p, n):
    states = np.zeros(n + 1)
    states[0] = p
    for t in range(n):
        states[t + 1] = states[t] + 0.1 * sin(states[t] * p)
    return states[n]


def cholesky(a):
    lower = np.zeros((2, 2))
    lower[0, 0] = sqrt(a[0, 0])
    lower[1, 0] = a[1, 0] / lower[0, 0]
    lower[1, 1] = sqrt(a[1, 1] - lower[1, 0] ** 2)
    return log(lower[0, 0]) + log(lower[1, 1])


def collected(v):
    parts = []
    for k in range(3):
        parts.append(v * v * k)
    return np.sum(parts[2]) + np.sum(parts[1] * v)


def scaled(v, k):
    v[0] = v[0] * k
    return np.sum(v * v)


def outer(u):
    return np.outer(u, u)


dsimulate = grad(simulate)
dcholesky = value_and_grad(cholesky)
dcollected = grad(collected)
dscaled = grad(scaled)
outer_vjp = vjp(outer)


def f(x: float, n: int) -> float:
    total = dsimulate(x, n) * simulate(x, n)
    value, bar = dcholesky(np.array([[2.0 + x, x], [x, 3.0]]))
    v = np.array([x, 1.0])
    total += value * np.sum(bar * bar) + np.sum(dcollected(v) * v) + collected(v)
    w = np.array([x, 2.0 * x])
    slope = dscaled(w, x)  # changes w as the function does
    total += slope[0] * slope[1] + w[0] + scaled(w, x) + cholesky(np.array([[2.0, x], [x, 3.0]]))
    data = np.array([x, x * x])
    total_of = grad(lambda t: np.sum(data * t) * t)
    first = total_of(x)
    data[0] = 5.0 * x
    _, pulled = outer_vjp(v, np.ones((2, 2)))
    return total + first * total_of(x) + np.sum(pulled * outer(v))


POINTS = [(0.7, 0), (0.4, 4)]
