"""Helpers without annotations, one with a default."""
import numpy as np


def softplus(t, sharpness=1.0):
    return np.log(1.0 + np.exp(sharpness * t)) / sharpness


def f(x, k):
    return np.sum(softplus(x) * softplus(x, sharpness=k))


POINTS = [(np.array([0.5, -1.5]), 2.0), (np.array([[0.4]]), 0.7)]
