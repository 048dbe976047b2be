"""Derivatives by dataclasses, dicts, lists and tuples, and their members in the result."""

from dataclasses import dataclass
from math import sin

from s2sad import grad, jvp, vjp


@dataclass
class Model:
    a: float
    b: float


def loss(model, x):
    return model.a * x * x * model.b + sin(model.a)


def pair(t, k):
    return t * k, sin(t)


dloss = grad(loss)
pair_vjp = vjp(pair)
pair_jvp = jvp(pair, wrt=("t", "k"))


def f(x: float, y: float) -> float:
    by_model = dloss(Model(x, 2.0 * y), x)
    by_dict = grad(lambda p: p["u"] * p["u"] * x * p["v"])({"u": x, "v": y})
    by_list = grad(lambda u: u[0] * x * u[1])([x, y])
    by_tuple = grad(lambda u: u[0] * u[1] * x)((x, y))
    (a, b), bar = pair_vjp(x, 2.0, (y, 3.0))
    _, (da, db) = pair_jvp(x, y, 1.0, x)
    total = by_model.a * by_model.b + by_dict["u"] * by_dict["v"] + by_list[0] * by_tuple[1]
    return total + a * b * bar * da * db + loss(Model(y, x), y) + sum(pair(x, y))


POINTS = [(0.7, 1.3), (-0.4, 0.5)]
