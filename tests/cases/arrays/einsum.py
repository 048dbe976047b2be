"""np.einsum of one, two and three operands, in both modes."""

import numpy as np


def f(x: np.ndarray, a: np.ndarray) -> float:
    y = np.einsum("i,ij->j", x, a)
    s = np.einsum("i,ij,j->", x, a, y)
    return s + np.sum(np.einsum("ij->ji", a) ** 2) + np.einsum("i,i->", x, y)


SIGNATURE = "float64[:], float64[:, :]"
POINTS = [(np.array([0.7, -0.3]), np.array([[1.0, 0.5], [0.2, -0.8]])),
          (np.array([0.1, 0.9, 0.4]), np.array([[1.0, 0.5, 0.3], [0.2, -0.8, 1.2], [0.6, 0.1, 0.9]]))]
