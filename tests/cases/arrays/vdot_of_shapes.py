"""`np.vdot` flattens its operands: their shapes may differ."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> float:
    return np.vdot(x * x, y) * np.vdot(x, x)


POINTS = [(np.array([[0.3, 0.4, -0.5]]), np.array([0.2, 0.1, 0.7])),
          (np.array([0.3, 0.4, -0.5, 1.1]), np.array([[0.2, 0.1], [0.6, 0.7]]))]
