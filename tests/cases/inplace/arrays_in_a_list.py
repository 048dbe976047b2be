"""Arrays in a list, chosen by an index and stored into."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    layers = [np.zeros(len(x)) for _ in range(n)]
    layers[0][:] = x
    for k in range(1, n):
        layers[k][:] = np.tanh(layers[k - 1])
        layers[k - 1][0] = layers[k][1] * x[0]
    total = 0.0
    for layer in layers:
        total += np.sum(layer ** 2)
    return total


SIGNATURE = "x=float64[m], n=int"
POINTS = [(np.array([0.7, -0.4, 0.3]), 3), (np.array([0.7, 0.2]), 1)]
