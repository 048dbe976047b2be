"""Parameters of unknown type that are numbers: what is written for arrays must do for them too."""

import numpy as np


def f(x):
    return np.max(x) * 2.0 + np.sum(np.transpose(x)) * np.prod(x) + np.min(x) ** 2


POINTS = [(0.7,), (-1.3,)]
