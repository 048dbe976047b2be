"""An argument is overwritten, the value is a number: `wrt` means what the argument held on entry."""
import numpy as np


def f(grid: np.ndarray, source: np.ndarray, sweeps: int) -> float:
    change = 0.0
    for _ in range(sweeps):
        change = 0.0
        for i in range(1, len(grid) - 1):
            new = 0.5 * (grid[i - 1] + grid[i + 1] + source[i])
            change += (new - grid[i]) ** 2
            grid[i] = new
        if change < 1e-2:
            break
    return change


WRITES = ("grid",)
SIGNATURE = "grid=float64[n], source=float64[n], sweeps=int"
POINTS = [(np.array([0.2, 1.3, -0.4, 0.8, 0.1]), np.array([0.1, 0.3, 0.2, -0.3, 0.4]), 3),
          (np.array([0.2, 1.3, -0.4]), np.array([0.1, 0.3, 0.2]), 4)]
