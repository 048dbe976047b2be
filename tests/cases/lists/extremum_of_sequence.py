"""min and max of a list, a tuple, an array, with a key, and with a default for nothing."""
import numpy as np


def f(x: np.ndarray) -> float:
    squares = [v * v for v in x]
    s = max(squares) * min(squares)
    three = (x[0], x[1], x[2])
    s = s + max(three) * min([x[1], x[2] * x[2], x[0]])
    s = s + max(x) * min(x)
    s = s + max(squares, default=3.0) + max([v for v in x if v > 100.0], default=x[0] * 2.0)
    s = s + min(squares, key=lambda v: (v - 0.4) ** 2) + max(x, key=abs)
    return s + max(x[0], x[1], key=lambda v: -v)


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-1.7, 0.3, 0.2]),)]
