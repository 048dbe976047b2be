"""A barrier option averaged over given shocks: a path that leaves the band is skipped."""
from math import exp, sqrt

import numpy as np


def f(spot: float, volatility: float, shocks: np.ndarray) -> float:
    total = 0.0
    h = 0.25
    for path in shocks:
        s = spot
        alive = True
        for z in path:
            s = s * exp(-0.5 * volatility ** 2 * h + volatility * sqrt(h) * z)
            if s < 0.8:
                alive = False
                break
        if not alive:
            continue
        total = total + max(s - 1.0, 0.0)
    return total / len(shocks)


POINTS = [(1.1, 0.3, np.array([[0.4, 0.9, 0.3], [-1.2, -1.6, 2.0], [0.1, -0.3, 0.5]])),
          (1.3, 0.2, np.array([[0.4, -0.9]]))]
WRT = ("spot", "volatility")
