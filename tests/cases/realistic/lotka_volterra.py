"""Predator and prey as a vector, stepped by Runge-Kutta; squared distance to a target."""
import numpy as np


def rates(state: np.ndarray, p: np.ndarray) -> np.ndarray:
    prey, predator = state[0], state[1]
    return np.array([prey * (p[0] - p[1] * predator), predator * (p[2] * prey - p[3])])


def f(p: np.ndarray, start: np.ndarray, steps: int) -> float:
    h = 0.2
    state = start
    for _ in range(steps):
        k1 = rates(state, p)
        k2 = rates(state + 0.5 * h * k1, p)
        k3 = rates(state + 0.5 * h * k2, p)
        k4 = rates(state + h * k3, p)
        state = state + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum((state - np.array([1.0, 2.0])) ** 2)


POINTS = [(np.array([0.9, 0.6, 0.4, 0.7]), np.array([1.5, 0.8]), 4),
          (np.array([0.5, 0.8, 0.3, 0.9]), np.array([0.7, 1.8]), 1)]
