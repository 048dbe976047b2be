"""A break in a loop that starts elsewhere than at 0 and steps backwards; the index is used on the way back."""
import numpy as np


def f(x: np.ndarray, a: float, n: int) -> float:
    for i in range(n, 1, -2):
        a = a + x[i % 4] * i
        if a > 9.0:
            return x[i % 4] * a
    return a


POINTS = [(np.array([1.0, 2.0, 3.0, 4.0]), 1.0, 5), (np.array([0.1, 0.2, 0.3, 0.4]), 1.0, 5)]
