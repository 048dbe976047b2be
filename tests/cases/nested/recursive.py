"""Derivatives of recursive functions and of functions too large to be inlined, called in several places."""

from math import cos, exp, log, sin, sqrt

from s2sad import grad, vjp


def chain(t, k, n):
    if n == 0:
        return t
    return sin(k * chain(t, k, n - 1)) + 0.1 * t


def large(t, k):
    a = sin(t) * cos(k)
    b = exp(a) + t * k
    c = sqrt(1.0 + b * b) * a
    d = log(1.0 + c * c) + b * k
    e = a * b * c * d
    if e > 0.2:
        e = sin(e) + a
    else:
        e = cos(e) - b
    g = e * t + a
    h = g * k + b
    return h * g + e * exp(-d * d) + c * c * c + a * b * g - sqrt(1.0 + h * h)


dchain = grad(chain)
dchain_k = grad(chain, wrt="k")
dlarge = grad(large)
large_vjp = vjp(large, wrt=(0, 1))


def f(x: float, k: float, n: int) -> float:
    total = chain(x, k, n) + large(x, k) + dchain(x, k, n) + dchain_k(x, k, n + 1)
    total += dlarge(x, k) * dlarge(k, x)
    for _ in range(n):
        value, (a, b) = large_vjp(x, k, 0.5)
        total += 0.1 * value * a * b
        x = 0.5 * x + 0.1 * a
    return total


SECOND_ORDER = False  # third derivatives of recursive functions are refused
POINTS = [(0.7, 0.9, 0), (0.3, -0.4, 2), (1.2, 0.6, 1)]
