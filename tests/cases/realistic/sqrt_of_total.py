"""sqrt(total) after a loop of independent terms: the adjoint of the terms is known only after all of them."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    total = 0.0
    for i in range(len(x)):
        r = np.sin(x[i]) - y[i]
        total = total + r * r
    return np.sqrt(total)


POINTS = [(np.array([0.5, 1.5]), np.array([0.1, 0.4])), (np.array([0.3]), np.array([1.1]))]
