"""(a*b + c)**d and a**b on arrays, with respect to the exponents too."""
import numpy as np


def f(a: np.ndarray, b: np.ndarray, c: float, d: float) -> float:
    return np.sum((a * b + c) ** d) + np.sum(a ** b)


POINTS = [(np.array([1.5, 0.7]), np.array([0.4, 1.1]), 0.6, 1.7), (np.array([[0.9]]), np.array([1.3, 2.0]), 1.1, 2.0)]
