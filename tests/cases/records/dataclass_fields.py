"""Fields of a dataclass with a name and a count in it, which have no derivative."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Model:
    k: float
    weights: np.ndarray
    name: str = "spring"
    order: int = 2


def energy(model, x):
    total = 0.0
    for i in range(model.order):
        total += model.k * np.sum(model.weights * x ** (i + 1))
    return total


def f(model: Model, x):
    if model.name == "spring":
        return energy(model, x)
    return model.k


WRT = ("model", "x")
SIGNATURE = "model=object(k=float, weights=float64[:], name=str, order=int), x=float64[:]"
POINTS = [
    (Model(2.0, np.array([1.0, 0.5])), np.array([0.3, 0.7])),
    (Model(1.5, np.array([1.0, 0.5, 0.2]), order=3), np.array([0.3, 0.7, -0.1])),
    (Model(0.5, np.array([1.0]), name="none"), np.array([0.3])),
]
