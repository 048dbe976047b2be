"""Arguments run once and in order; closures see variables as they are when called; names shadow."""
import functools
import operator
from math import cos, exp, sin

import numpy as np


def evaluated_once(x, n):
    log = []

    def note(v):
        log.append(v)
        return v * len(log)

    def g(a, b, *, c):
        return a * b + c

    r = g(note(x), note(2.0 * x), c=note(x * x))
    r += g(b=note(x), a=note(3.0), c=note(x))
    return r * len(log) + sum(log) + n


def one_array(x, n):
    w = np.zeros(2)

    def put(v):
        w[0] = w[0] + v
        return w[0]

    def get():
        return w[0] * x

    r = 0.0
    for _ in range(n):
        r = r + put(x) * get() - put(get())
    return r + w[0]


def later_values(x, n):
    a = x

    def g(t):
        return a * t

    def call(f, t):
        a = 100.0
        return f(t) + a

    def same(f):
        return f

    r = call(g, 1.0)
    a = a * a
    k = same(g)
    r = r + call(g, x)
    a = a + 1.0
    h = lambda t: late(t) * x  # noqa: E731
    late = lambda t: t * a  # noqa: E731
    return r + k(2.0) + h(n)


def shadowed(x, n):
    sin = lambda t: t * t  # noqa: E731

    def cos(sin):
        return sin(x) + 1.0

    exp = x
    return sin(x) + cos(sin) + exp * n


def factories(x, n):
    def scale(k):
        return lambda t: k * t

    f = scale(x) if n > 2 else scale(2.0 * x)
    g = f if x > 0 else (lambda t: t + x)
    h = functools.partial(operator.mul, x) if n > 1 else g
    fs = [scale(x), scale(2.0), scale(x * x)]
    r = f(x) + g(x) + h(3.0)
    for i in range(n):
        r = r + fs[i % 3](r)
    return r


def made_in_loops(x, n):
    early = [lambda t, i=i: t * i * x for i in range(3)]
    late = []
    for i in range(3):
        late.append(lambda t: t * i * x)  # noqa: B023
    step = sin
    for k in range(3):
        x = step(x)
        step = cos if k > 0 else exp
    return early[1](x) + early[2](x) + late[0](x) + late[2](x) + step(x) * n


def callback(x, f=None):
    if f is not None:
        x = f(x)
    return x * x


def recursive(t, n, f=None):
    if n == 0:
        return t
    return recursive(t * sin(t), n - 1)


def f(x: float, n: int) -> float:
    r = evaluated_once(x, n) + one_array(x, n) + later_values(x, n) + shadowed(x, n) + factories(x, n)
    options = {"first": x, "second": 2.0}
    pick = lambda first, second: first * second  # noqa: E731
    r += pick(**options) + pick(second=x, **{"first": r}) + pick(*options.values())
    return r + made_in_loops(x, n) + callback(x) + callback(x, sin) + callback(x, f=lambda t: t * x) + recursive(x, n)


POINTS = [(0.7, 3), (-0.4, 2), (0.3, 0)]
