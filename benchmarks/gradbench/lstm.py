"""The LSTM: the objective of `benchmarks.problems.lstm`, and its gradient, all parameters in one row."""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function
from benchmarks.problems.lstm import WRT, objective

gradient = s2sad.grad(objective, wrt=WRT)


def prepare(given):
    return tuple(np.array(given[name], float) for name in (*WRT, "state", "sequence"))


def finish(adjoints):
    return np.concatenate([adjoint.ravel() for adjoint in adjoints]).tolist()


FUNCTIONS = {"objective": Function(prepare, objective, float), "jacobian": Function(prepare, gradient, finish)}
