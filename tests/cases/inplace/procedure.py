"""A procedure: its results are the arrays that it fills, one of which it reads first."""
import numpy as np


def f(x: np.ndarray, velocity: np.ndarray, force: np.ndarray, dt: float):
    force[:] = -x - 0.1 * velocity ** 3
    velocity += dt * force
    x += dt * velocity


MODE = "vjp"
WRITES = ("x", "velocity", "force")
SIGNATURE = "x=float64[n], velocity=float64[n], force=float64[n], dt=float"
POINTS = [(np.array([0.2, 1.3, -0.4]), np.array([0.1, 0.3, 0.2]), np.array([0.5, 0.6, 0.7]), 0.1),
          (np.array([0.2]), np.array([0.9]), np.array([0.5]), 0.2)]
