"""One input, three outputs: x1 = (x*x)**2, three times."""
import numpy as np


def f(x: float) -> np.ndarray:
    x1 = (x * x) ** 2
    return np.array([x1, x1, x1])


POINTS = [(1.2,), (-0.7,)]
MODE = "vjp"
