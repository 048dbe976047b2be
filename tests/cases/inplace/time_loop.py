"""A time loop that fills the rows of an array of states."""
import numpy as np


def step(state: np.ndarray, k: float) -> np.ndarray:
    return np.array([state[0] + 0.1 * state[1], state[1] - 0.1 * k * np.sin(state[0])])


def f(start: np.ndarray, k: float, steps: int) -> float:
    states = np.zeros((steps + 1, 2))
    states[0] = start
    for t in range(steps):
        states[t + 1] = step(states[t], k)
    return np.sum(states[:, 0] ** 2)


SIGNATURE = "start=float64[2], k=float, steps=int"
POINTS = [(np.array([0.4, 0.1]), 1.3, 4), (np.array([0.9, -0.2]), 0.7, 1), (np.array([0.9, -0.2]), 0.7, 0)]
