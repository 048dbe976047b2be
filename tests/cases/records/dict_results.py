"""A function that returns a dict of a number, an array and a tuple, built on two paths."""

import numpy as np


def f(x: float, a: np.ndarray):
    scaled = {key: value * a for key, value in {"once": x, "twice": 2.0 * x}.items()}
    if x > 1.0:
        result = {"loss": np.sum(a * a) * x, "parts": (x * x, np.sin(a))}
    else:
        result = {"loss": x * a[0], "parts": (3.0 * x, scaled["twice"])}
    return {**result, "once": scaled["once"]}


MODE = "vjp"
SIGNATURE = "x=float, a=float64[:]"
POINTS = [(1.5, np.array([0.2, 0.5])), (0.5, np.array([0.2, 0.5, 0.7]))]
