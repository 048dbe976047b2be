"""A length-one axis in the middle, and a missing leading axis."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    return np.sum(np.sin(x * y) / (2.0 + y * y))


POINTS = [(np.arange(6.0).reshape(2, 1, 3) * 0.3, np.array([[0.4, 0.5, 0.6], [1.0, 1.1, 1.2]])),
          (np.array([0.4]), np.array([[0.4, 0.5], [1.0, 1.1]]))]
