"""Arrays in lists, changed through their items: by index, by the variable of a loop, by ``+=`` of an item."""
import numpy as np


def f(u: np.ndarray, k: float) -> float:
    buffers = [u.copy(), np.zeros_like(u)]
    for n in range(3):
        source, target = buffers[n % 2], buffers[(n + 1) % 2]
        target[1:] = source[:-1] * source[1:] + u[1:]
        target[0] = source[0]
    weights = [u * k, u + k]
    slopes = [np.sin(u), np.cos(u)]
    for w, slope in zip(weights, slopes):
        w -= 0.1 * slope * w
    first = weights[0]
    weights[0] += buffers[1]
    weights[n % 2] *= k
    chosen = first if k > 0.5 else weights[1]
    chosen[1:3] *= k
    for row in [first, first[1:]]:
        row *= 2.0
    return np.sum(first * weights[1]) + np.sum(buffers[0] * buffers[1])


SIGNATURE = "u=float64[n], k=float"
POINTS = [(np.array([0.3, 0.7, 1.1, 0.4]), 0.3), (np.array([0.3, -0.7, 1.1, 0.4]), 0.8)]
