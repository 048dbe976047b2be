"""A linear model's error, parameters and data unannotated."""
import numpy as np


def f(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r ** 2)


POINTS = [(np.array([0.4, -0.7]), 0.2, np.array([[0.5, 1.2], [-0.8, 0.1], [1.5, -0.4]]), np.array([1.0, -1.0, 0.5])),
          (np.array([1.4]), -0.3, np.array([[0.5], [-0.8]]), np.array([1.0, 0.3]))]
WRT = ("w", "b")
SIGNATURE = "w=float64[:], b=float, X=float64[:, :], y=float64[:]"
