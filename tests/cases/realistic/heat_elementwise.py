"""The heat equation swept element by element, the neighbours' old and new values mixed."""
import numpy as np


def f(u0: np.ndarray, c: float, steps: int) -> float:
    n = u0.shape[0]
    u = np.zeros(n)
    for i in range(n):
        u[i] = u0[i]
    for _ in range(steps):
        for i in range(1, n - 1):
            u[i] = (1.0 - 2.0 * c) * u[i] + c * (u[i - 1] + u[i + 1] * u[i])
    return u[n // 2] * u[1]


POINTS = [(np.array([0.0, 0.5, 1.0, 0.7, 0.1]), 0.2, 3), (np.array([0.3, 0.5, -1.0]), 0.4, 1)]
