"""Heat conduction with two buffers that are swapped in each step."""
import numpy as np


def f(u: np.ndarray, c: float, steps: int) -> float:
    a = u.copy()
    b = u.copy()
    for _ in range(steps):
        b[1:-1] = a[1:-1] + c * (a[2:] - 2.0 * a[1:-1] + a[:-2])
        a, b = b, a
    return np.sum(a ** 2)


SIGNATURE = "u=float64[n], c=float, steps=int"
POINTS = [(np.array([0.1, 0.8, 1.4, 0.3, -0.2]), 0.2, 3), (np.array([0.1, 0.8, 1.4, 0.3]), 0.1, 2),
          (np.array([0.1, 0.8, 1.4]), 0.3, 0)]
