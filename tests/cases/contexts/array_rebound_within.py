"""An array that is bound anew on one path within a `with`, and stored into afterwards."""
import numpy as np


def f(x: np.ndarray, b: float) -> float:
    y = x * 1.0
    z = y
    with np.errstate(divide="ignore"):
        if b > 0.5:
            y = np.arctan(y)
    y[::2] = b * x[1]
    z[1] *= b
    return np.sum(y * y) + np.sum(z * x)


SECOND_SIGNATURE = "x=float64[:], b=float"
POINTS = [(np.array([0.3, 1.2, -0.4]), 0.7), (np.array([0.3, 1.2, 0.9]), 0.2)]
