"""x + sin(x): the seed is used twice and must not be overwritten."""
import numpy as np


def f(x: np.ndarray) -> np.ndarray:
    return x + np.sin(x)


POINTS = [(np.array([0.3, -1.2, 2.0]),), (np.array([[0.1, 0.9]]),)]
MODE = "vjp"
