"""The logarithm of a sum of exponentials, shifted by the largest so that none overflows."""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function


def objective(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


gradient = s2sad.grad(objective)


def prepare(given):
    return (np.array(given["x"], float),)


FUNCTIONS = {"primal": Function(prepare, objective, float), "gradient": Function(prepare, gradient, np.ndarray.tolist)}
