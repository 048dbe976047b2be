"""A polynomial by Horner's rule, coefficients in an array, with respect to both."""
import numpy as np


def f(coefficients: np.ndarray, x: float) -> float:
    value = 0.0
    for k in range(len(coefficients) - 1, -1, -1):
        value = value * x + coefficients[k]
    return value


POINTS = [(np.array([1.0, -0.5, 0.25, 2.0]), 0.7), (np.array([0.3]), -1.4)]
