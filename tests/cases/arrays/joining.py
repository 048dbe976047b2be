"""concatenate, stack, hstack and an array made of scalars."""
import numpy as np


def f(x: np.ndarray, s: float) -> float:
    y = np.concatenate([x, 2.0 * x[:1], np.array([s, s * s])])
    z = np.stack([x, x * s], axis=1)
    w = np.hstack([x, y])
    return np.sum(y ** 3) + np.sum(z[0] * z[-1]) + np.sum(np.sin(w))


POINTS = [(np.array([0.5, 1.5]), 0.7), (np.array([0.5, -0.2, 1.1]), -0.3)]
SIGNATURE = "x=float64[:]"
