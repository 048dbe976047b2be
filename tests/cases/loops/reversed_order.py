"""reversed over a vector and over a range."""
import numpy as np


def f(v: np.ndarray, x: float) -> float:
    value = 0.0
    for c in reversed(v):
        value = value * x + c
    for i in reversed(range(3)):
        value = value + i * x ** 2
    return value


POINTS = [(np.array([1.5, -0.7, 2.0]), 0.7), (np.array([0.5]), -1.2)]
