"""Containers made on different paths, merged, returned early; unset on one path and not read there; None as absence."""

from typing import NamedTuple

import numpy as np


class Pair(NamedTuple):
    a: float
    b: np.ndarray


def choose(x, y, kind):
    if kind == "sum":
        return Pair(x, x * y)
    elif kind == "none":
        return Pair(b=y, a=2.0 * x)
    for i in range(3):
        if x * i > 1.0:
            return Pair(x * i, y * i)
    return Pair(0.5, np.sin(y) * x)


def f(x: float, y: np.ndarray, kind: str):
    p = choose(x, y, kind)
    cache = None
    if kind == "sum":
        q = p._replace(a=3.0 * p.a)
        total = q.a * np.sum(q.b)
    else:
        a, b = p
        total = a * np.sum(b * b)
    if cache is None:
        cache = {"total": total, "pair": p}
    first, rest = cache["pair"]
    return cache["total"] + first * rest[0] + len(p) * p[-1][0]


WRT = ("x", "y")
SIGNATURE = "x=float, y=float64[:], kind=str"
_Y = np.array([0.3, -0.5])
POINTS = [(0.7, _Y, "sum"), (0.7, _Y, "none"), (0.8, _Y, "loop"), (0.2, _Y, "loop"), (1.4, _Y, "loop")]
