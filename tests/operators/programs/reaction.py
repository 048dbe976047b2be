"""Two substances that diffuse and react: arrays stored into in a loop, and a helper with a branch."""

import numpy as np


def rate(u: float, v: float, k: float) -> float:
    if u * v > 0.5:
        return k * u * v
    return k * u * u


def f(u: np.ndarray, v: np.ndarray, k: float, n: int) -> np.ndarray:
    u, v = u.copy(), v.copy()
    for _ in range(n):
        w = u.copy()
        u[1:-1] += 0.1 * (w[2:] - 2.0 * w[1:-1] + w[:-2])
        for i in range(len(v)):
            v[i] += 0.1 * rate(u[i], v[i], k)
    return u * v


SIGNATURE = "float64[:], float64[:], float, int"
MODES = ("jacobian:forward", "jacobian:reverse")
POINT = (np.array([0.3, 1.2, 0.8, 0.5]), np.array([0.9, 0.4, 0.7, 0.2]), 0.6, 3)
