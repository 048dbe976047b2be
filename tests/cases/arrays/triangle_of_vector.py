"""`np.triu` repeats a vector as the rows of a square; axes of unknown rank are exchanged."""
import numpy as np


def f(x: np.ndarray) -> float:
    square = np.triu(x, 1) + np.tril(x * x)
    return np.sum(np.moveaxis(np.swapaxes(square, 0, -1) * x, 0, -1) ** 2)


POINTS = [(np.array([0.3, 0.4, -0.5]),), (np.array([1.1, -0.2]),)]
