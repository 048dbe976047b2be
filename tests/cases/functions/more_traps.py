"""Functions that may be None, in joined lists, made in loops of factories; options popped; what partial holds."""
import functools
import operator
from math import cos, exp, sin

import numpy as np


def held_by_partial(x):
    w = np.zeros(2)

    def g(a, t):
        return a[0] * t

    p = functools.partial(g, w)
    w[0] = x
    r = p(2.0)
    w = np.ones(2)
    return r + p(x) + w[1]


def shifted(t, shift=0.0):
    return t + shift


def popped(t, **options):
    scale = options.pop("scale", 1.0)
    return shifted(t, **options) * scale


def squares(x, *args):
    if args:
        args = args + (x,)
    r = x
    for a in args:
        r = r + a * a
    return r + len(args)


def made_in_a_loop(x):
    def make():
        k = x
        fs = []
        for i in range(2):
            fs.append(lambda t: t * k * i)  # noqa: B023
        k = k * 2.0
        return fs

    a, b = make()
    return a(1.0) + b(x)


def picked(x, n):
    def pick(k):
        if k == 0:
            return lambda t: t * x
        for i in range(3):
            if i == k:
                return lambda t: t + i  # noqa: B023
        return sin

    return pick(0)(x) + pick(n)(x)


def maybe_none(x, n):
    g = None
    if n > 1:
        g = sin
    h = exp if n > 2 else None
    r = x
    if g is not None:
        r = r + g(x)
    return r + h(r) if h is not None else r


def in_lists(x):
    fs = [lambda t: t * x] * 2 + [cos, exp]
    r = fs[0](x) + fs[1](2.0) + fs[3](x)
    for op in [operator.add, operator.mul, operator.sub]:
        r = op(r, 2.0 * x)
    return r


def walk(x, n):
    def below(node, t):
        if node == 0:
            return t
        return below(node - 1, t * x) + below(node - 1, t + 1.0) * 0.5

    return below(n, x)


def redefined(x, n):
    def f(t):
        return t

    def g(t, b=x, *, c=None):
        return f(t) * b + (0.0 if c is None else c)

    r = g(x) + g(x, c=x)
    x = x * 2.0

    def f(t):  # noqa: F811
        return t * t

    half = lambda t: t * t * 0.5  # noqa: E731
    k = 0
    while half(x) > 0.01 and k < n:
        x = half(x)
        k += 1
    return r + g(x) + (lambda *a, **o: a[0] * o["z"])(x, z=x)


def f(x: float, n: int) -> float:
    r = held_by_partial(x) + popped(x) + popped(x, scale=x) + popped(x, scale=2.0, shift=x)
    r = r + squares(x) + squares(x, x) + squares(x, 2.0, r) + made_in_a_loop(x) + picked(x, n)
    return r + maybe_none(x, n) + in_lists(x) + walk(x, n) + redefined(x, n)


POINTS = [(0.7, 3), (-0.4, 2), (0.3, 0), (0.6, 1)]
