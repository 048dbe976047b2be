"""(x + y) + sin(x): an adjoint handed to two operands is accumulated into only once."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x + y) + np.sin(x)


POINTS = [(np.array([0.3, -1.2, 2.0]), np.array([1.0, 2.0, 3.0])), (np.array([0.5]), np.array([-0.5]))]
MODE = "vjp"
