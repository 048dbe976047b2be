"""A list of numbers whose type is not known, returned beside arrays that are swapped while they are stored into."""
import numpy as np


def f(x: np.ndarray):
    squares = [e * e for e in x]
    old = x * 1.0
    new = np.zeros(3)
    for _ in range(3):
        new[...] = np.sin(old) + old[0]
        old, new = new, old
    return squares[1], old


POINTS = [(np.array([0.5, 1.2, -0.7]),), (np.array([-1.5, 0.2, 0.9]),)]
MODE = "vjp"
MAY_REFUSE = True  # the second derivative, for want of types
