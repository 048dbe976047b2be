"""Functions that the module makes: by factories, partial, compositions, in tables and lists."""
import functools
import operator
from math import cos, exp, sin

import numpy as np


def line(a, b=1.0):
    return lambda t: a * t + b


def compose(*functions):
    def composed(t):
        for function in functions:
            t = function(t)
        return t
    return composed


def power(t, n, *, scale=1.0):
    return scale * t ** n


steep = line(3.0)
both = compose(sin, steep, lambda t: t * t)
cube = functools.partial(power, n=3)
small = functools.partial(cube, scale=0.1)
up, down = line(1.0, 2.0), line(-1.0)
TABLE = {"sin": sin, "steep": steep, "cube": small}
LAYERS = [(np.tanh, 0.5), (lambda t: t * t, 2.0), (cos, 1.0)]
CHOSEN = TABLE["steep"]


def f(x: float, name: str, k: int) -> float:
    y = steep(x) + both(x) + cube(x) + small(x) * up(down(x)) + CHOSEN(x)
    y += TABLE[name](x) * TABLE["cube"](y)
    for layer, weight in LAYERS:
        y = layer(y) * weight + x
    y += line(x)(2.0) + compose(sin, cos)(x)
    return y + LAYERS[k][0](x) + functools.reduce(operator.add, [exp(x), y])


POINTS = [(0.7, "sin", 0), (-0.3, "steep", 1), (0.2, "cube", 2), (0.2, "cube", -1)]
