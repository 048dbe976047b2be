"""np.split into equal pieces that do not fit: the same error."""
import numpy as np


def f(x: float, n: int) -> float:
    a, b = np.split(x * np.arange(1.0, n + 1.0), 2)
    return np.sum(a * b)


POINTS = [(0.7, 4), (1.2, 2)]
ERRORS = [(0.7, 3)]
