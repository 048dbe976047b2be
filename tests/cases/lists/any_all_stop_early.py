"""any and all over generators stop where Python stops: what comes later would divide by zero."""
import numpy as np


def f(x: np.ndarray) -> float:
    s = x[0] * x[1]
    if any(v < 0.0 for v in x):
        s = s * x[2]
    if all(v > 0.0 for v in x):
        s = s * s
    if all(v * w > 0.0 for v in x if v > 1.0 for w in x if w > 1.0):
        s = s * x[0]
    if any(1.0 / (v - 3.0) > 2.0 for v in [4.0, 3.2, 3.0] if v > 0.0):
        s = s * x[1]
    if not any(v > 100.0 for v in x) and not all([]):
        s = s + x[0]  # never
    return s


POINTS = [(np.array([0.7, -0.3, 1.2]),), (np.array([3.7, 2.7, 4.2]),)]
