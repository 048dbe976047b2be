"""A wave equation: three time levels, rotated."""
import numpy as np


def f(u: np.ndarray, c: float, steps: int) -> float:
    old = u.copy()
    now = u * 1.0
    new = np.zeros(len(u))
    for _ in range(steps):
        new[1:-1] = 2.0 * now[1:-1] - old[1:-1] + c * (now[2:] - 2.0 * now[1:-1] + now[:-2])
        old, now, new = now, new, old
    return np.sum(now ** 2) + old[1]


SIGNATURE = "u=float64[n], c=float, steps=int"
POINTS = [(np.array([0.1, 0.8, 1.4, 0.3, -0.2]), 0.2, 3), (np.array([0.1, 0.8, 1.4, 0.3]), 0.1, 2)]
