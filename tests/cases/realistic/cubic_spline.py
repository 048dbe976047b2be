"""Evaluation of a natural cubic spline: the interval is searched, then the cubic evaluated."""
import numpy as np


def f(x: float, knots: np.ndarray, values: np.ndarray, seconds: np.ndarray) -> float:
    k = 0
    while k < len(knots) - 2 and x > knots[k + 1]:
        k += 1
    h = knots[k + 1] - knots[k]
    a = (knots[k + 1] - x) / h
    b = (x - knots[k]) / h
    bend = (a ** 3 - a) * seconds[k] + (b ** 3 - b) * seconds[k + 1]
    return a * values[k] + b * values[k + 1] + bend * h * h / 6.0


POINTS = [(0.3, np.array([0.0, 0.5, 1.2, 2.0]), np.array([1.0, 0.4, 0.7, 1.5]), np.array([0.0, 0.8, -0.3, 0.0])),
          (1.7, np.array([0.0, 0.5, 1.2, 2.0]), np.array([1.0, 0.4, 0.7, 1.5]), np.array([0.0, 0.8, -0.3, 0.0]))]
WRT = ("x", "values", "seconds")
