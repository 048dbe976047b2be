"""Containers of the module: a dict with a dict and a list of tuples in it, a NamedTuple."""

from typing import NamedTuple

import numpy as np


class Grid(NamedTuple):
    step: float
    weights: np.ndarray


CONFIG = {"scale": 2.0, "method": "sum", "inner": {"shift": 3.0}, "pairs": [(1.0, 2.0), (3.0, -4.0)]}
GRID = Grid(0.1, np.array([1.0, 2.0, -0.5]))


def f(x: float, y: float):
    total = CONFIG["scale"] * x * y + CONFIG["inner"]["shift"]
    for a, b in CONFIG["pairs"]:
        total += a * x ** 2 + b * y
    step, weights = GRID
    if CONFIG["method"] == "sum":
        total += np.sum(GRID.weights * x) * step * weights[0]
    return total * GRID[0]


IN_PROCESS_ONLY = True  # the values of CONFIG and GRID are no literals
POINTS = [(0.7, 1.2), (-0.3, 0.4)]
