"""Containers in functions with `try` and `with`: made before, read inside, changed in a `with`."""
import numpy as np


def f(x: np.ndarray, b: float, n: int) -> float:
    d = {"u": b, "v": 0.7}
    try:
        y = d["u"] / n
        z = y * d["v"]
    except ZeroDivisionError:
        z = d["u"] * d["u"]
    with np.errstate(divide="ignore"):
        d["v"] = d["v"] * z
        if b > 0.3:
            d["u"] = d["u"] * z
    return np.sum(x) * d["u"] + d["v"]


POINTS = [(np.array([0.3, 1.2]), 0.7, 2), (np.array([0.3, 1.2]), 0.2, 0)]
