"""``x * 1.0`` and ``x + c`` have the tangent of x itself: where x changes later, a copy of it."""
import numpy as np


def f(x: np.ndarray, c: float) -> float:
    u = x * 2.0
    v = u * 1.0
    w = u + 0.5
    u[1] = c * u[0]
    u += np.sum(v)
    return np.sum(u * v) + np.sum(w * u)


POINTS = [(np.array([0.3, -1.2]), 0.7), (np.array([0.3, 1.2, 0.5]), 0.2)]
