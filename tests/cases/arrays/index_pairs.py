"""Rows and columns picked in pairs, mixed with a slice."""
import numpy as np


def f(A: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> float:
    pairs = A[rows, cols]
    mixed = A[rows, 1:]
    return np.sum(pairs ** 2) + np.sum(np.sin(mixed)) * np.sum(A[:, cols])


POINTS = [(np.array([[0.5, 1.5, 0.7], [1.0, -2.0, 0.3]]), np.array([0, 1, 0]), np.array([2, 2, 2])),
          (np.array([[0.5, 1.5], [1.0, -2.0], [0.1, 0.2]]), np.array([2, 0]), np.array([1, 0]))]
WRT = ("A",)
