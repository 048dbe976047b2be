"""Elements of an unannotated vector in a loop over its length."""
import math

import numpy as np


def f(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return math.sqrt(total)


POINTS = [(np.array([0.5, 1.5, -0.7]),), (np.array([1.2, 0.4]),)]
