"""Lists that are only summed, in branches, in loops, of arrays, of nothing; and one that is looked at as well."""
from math import sin

import numpy as np


def f(x: np.ndarray, n: int) -> float:
    s = sum(sin(v) * v for v in x)
    t = sum([v * w for v in x for w in x if v < w], x[0])
    total = np.sum(sum([x * k for k in range(1, 3)]))
    for i in range(n):
        terms = []
        if s > 0.0:
            terms.append(s * x[0])
        for v in x:
            terms.append(v * t)
        s = s + 0.1 * sum(terms)
    seen = [v * v for v in x]
    return s * t + total + sum(seen) * seen[0] + sum([])


SIGNATURE = "x=float64[:], n=int"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), 2), (np.array([-0.7, -0.2]), 3)]
