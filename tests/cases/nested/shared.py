"""What an inner derivative is taken by is also closed over: only the parameter varies there, both do outside."""

from dataclasses import dataclass

import numpy as np
from s2sad import grad


@dataclass
class Pair:
    a: float
    b: float


def f(x: float, y: float) -> float:
    pair = Pair(x, 2.0 * y)
    total = grad(lambda p: p.a * pair.a * pair.b)(pair).a
    held = {"a": x, "b": y}
    total += grad(lambda p: p["a"] * held["a"] * held["b"])(held)["a"]
    items = [x, y]
    total += grad(lambda p: p[0] * items[0] * items[1])(items)[0] * y
    array = np.array([x, y])
    total += np.sum(grad(lambda p: np.sum(p * array * array[0]))(array) * y)
    return total + grad(lambda p: p * x * y)(x)


POINTS = [(0.7, 1.3), (-0.4, 0.5)]
