"""Objects that are called, and that hold objects with methods: layers of a network, a part of a model, lists."""
from dataclasses import dataclass

import numpy as np


class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        return np.tanh(self.W @ x + self.b)


class Linear:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return self.scale * x


class Net:
    def __init__(self, first: Layer, last):
        self.first = first
        self.last = last

    def forward(self, x):
        inner = self.first
        return self.last(inner(x))


class Chain:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@dataclass
class Potential:
    k: float
    x0: float

    def energy(self, x):
        return self.k * (x - self.x0) ** 2

    @property
    def stiffness(self):
        return 2.0 * self.k


@dataclass
class Model:
    potential: Potential
    weight: float

    def total(self, x):
        return self.weight * np.sum(self.potential.energy(x)) + self.potential.stiffness


def f(W: np.ndarray, b: np.ndarray, x: np.ndarray, k: float) -> float:
    net = Net(Layer(W, b), Linear(k))
    chain = Chain([Layer(W, b), Layer(W.T, b * k)])
    model = Model(Potential(k, 0.5), 1.5)
    layers = [Linear(k), Linear(k * k)]
    y = net.forward(x) + chain(x) + layers[1](x)
    return np.sum(y * y) + model.total(x) + model.potential.energy(k)


SIGNATURE = "W=float64[n, n], b=float64[n], x=float64[n], k=float"
POINTS = [(np.array([[0.3, 0.4], [0.5, -0.6]]), np.array([0.1, 0.2]), np.array([1.0, 2.0]), 0.7),
          (np.array([[0.3]]), np.array([-0.1]), np.array([0.5]), 1.2)]
