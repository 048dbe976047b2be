"""Over the elements of a vector, with a product that must be exact."""
import numpy as np


def f(v: np.ndarray) -> float:
    product = 1.0
    for item in v:
        product = product * item
    return product


POINTS = [(np.array([1.5, -0.7, 2.0, 0.3]),), (np.array([1.5]),)]
