"""Recursion with functions as arguments, through a closure, of two closures that call each other, by a default."""
from math import sin


def iterate(g, t, n):
    return t if n == 0 else iterate(g, g(t), n - 1)


def integrate(g, a, b, depth):
    m = 0.5 * (a + b)
    if depth == 0:
        return (b - a) * g(m)
    return integrate(g, a, m, depth - 1) + integrate(g, m, b, depth - 1)


def f(x: float, a: float, n: int) -> float:
    def power(t, k):
        if k == 0:
            return a
        return t * power(t, k - 1)

    def even(t, k):
        return t if k == 0 else odd(t * x, k - 1)

    def odd(t, k):
        return t * a if k == 0 else even(sin(t), k - 1)

    r = iterate(lambda t: a * t + x, x, n) + integrate(lambda t: sin(a * t), 0.0, x, 2)
    return r + power(x, n) + even(a, n) + odd(x, n)


POINTS = [(0.7, 1.4, 3), (-0.3, 1.2, 2), (0.3, 0.8, 0)]
