"""sum(x) * ones(m): the experiment in the cost of forward and reverse."""
import numpy as np


def f(x: np.ndarray, m: int) -> np.ndarray:
    return np.sum(x) * np.ones(m)


POINTS = [(np.array([1.2, 0.4]), 3), (np.array([0.7, 0.1, 0.3]), 1)]
MODE = "vjp"
