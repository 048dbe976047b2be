"""A column, a row and a scalar meet: each adjoint is summed over every axis it was broadcast along."""
import numpy as np


def f(column: np.ndarray, row: np.ndarray, s: float) -> np.ndarray:
    return column * row + s * row - column ** 2


POINTS = [(np.array([[0.5], [1.5]]), np.array([1.0, -2.0, 0.3]), 0.7),
          (np.array([[0.5]]), np.array([1.2]), -0.4)]
MODE = "vjp"
