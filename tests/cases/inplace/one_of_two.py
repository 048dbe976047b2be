"""Which of two arrays is stored into is a matter of the path; both are read afterwards."""
import numpy as np


def f(x: np.ndarray, y: float) -> float:
    a = x * 2.0
    b = np.sin(x)
    for i in range(len(x)):
        target = a if x[i] > 0.0 else b
        target[i] = target[i] * y
    return np.sum(a * b)


SIGNATURE = "x=float64[n], y=float"
POINTS = [(np.array([0.7, -0.4, 0.3]), 1.3), (np.array([-0.7, -0.4]), 0.6)]
