"""sum, mean, max, min, prod over everything, function and method forms."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    a = np.sum(x * y) + x.mean()
    b = np.max(x) * y.min() + np.prod(x)
    return a * b + np.var(y) * x.std()


POINTS = [(np.array([0.5, 1.5, -0.7]), np.array([1.0, -2.0, 0.3])),
          (np.array([[0.5, 0.9], [1.1, 2.0]]), np.array([[0.3, 0.4], [0.1, 0.8]]))]
