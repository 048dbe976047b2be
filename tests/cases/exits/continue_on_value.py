"""continue decided by the carried value, in a loop over rows."""
import numpy as np


def f(v: np.ndarray) -> float:
    s = 1.0
    for item in v:
        if item < 0.0:
            s = s - item
            continue
        if s > 4.0:
            continue
        s = s * (1.0 + item)
    return s


POINTS = [(np.array([0.5, -0.3, 2.0, 1.4, -2.2]),), (np.array([-0.5, 0.2]),)]
