"""A helper that returns nothing and leaves its result in its argument."""
import numpy as np


def relax(grid: np.ndarray, source: np.ndarray, weight: float):
    for i in range(1, len(grid) - 1):
        grid[i] = (1.0 - weight) * grid[i] + weight * 0.5 * (grid[i - 1] + grid[i + 1] + source[i])


def f(source: np.ndarray, weight: float, sweeps: int) -> float:
    grid = np.zeros(len(source))
    for _ in range(sweeps):
        relax(grid, source, weight)
    return np.sum(grid ** 2)


SIGNATURE = "source=float64[n], weight=float, sweeps=int"
POINTS = [(np.array([0.2, 1.3, -0.4, 0.8, 0.1]), 0.9, 3), (np.array([0.2, 1.3, -0.4]), 1.2, 1)]
