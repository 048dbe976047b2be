"""Gaussian mixture model: the objective of `benchmarks.problems.gmm`, and its gradient by four arrays."""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function
from benchmarks.problems.gmm import WRT, objective

gradient = s2sad.grad(objective, wrt=WRT)


def prepare(given):
    arrays = [np.array(given[name], float) for name in (*WRT, "x")]
    arrays[3] = arrays[3].reshape(given["k"], given["d"] * (given["d"] - 1) // 2)
    return (*arrays, float(given["gamma"]), int(given["m"]))


def finish(adjoints):
    return {name: adjoint.tolist() for name, adjoint in zip(WRT, adjoints)}


FUNCTIONS = {"objective": Function(prepare, objective, float), "jacobian": Function(prepare, gradient, finish)}
