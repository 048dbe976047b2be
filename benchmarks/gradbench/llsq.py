"""Linear least squares: a polynomial with coefficients x, fitted to the sign function at n points of [-1, 1]."""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function


def objective(x, n: int):
    t = np.linspace(-1.0, 1.0, n)
    fitted = np.zeros(n)
    for coefficient in x[::-1]:
        fitted = fitted * t + coefficient
    return 0.5 * np.sum((np.sign(t) - fitted) ** 2)


gradient = s2sad.grad(objective)


def prepare(given):
    return np.array(given["x"], float), int(given["n"])


FUNCTIONS = {"primal": Function(prepare, objective, float), "gradient": Function(prepare, gradient, np.ndarray.tolist)}
