"""y = g(B); B[0] = 0: the reverse of g needs B as it was."""
import numpy as np


def g(v: np.ndarray) -> float:
    return np.sum(np.sin(v) * v)


def f(x: np.ndarray) -> float:
    B = x * x
    y = g(B)
    B[0] = 0.0
    return y * np.sum(B * B)


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.1, 0.3]),)]
