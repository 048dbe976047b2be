"""A list holds an array that is stored into later, under the name that a loop gave it."""
import numpy as np


def f(x: np.ndarray) -> float:
    kept = []
    A = -x
    for _ in range(2):
        A = np.sin(A)
        kept.append(A)
    A[1] = A[0] * 0.5
    total = 0.0
    for each in kept:
        total += np.sum(each ** 2)
    return total


SIGNATURE = "x=float64[n]"
POINTS = [(np.array([-0.747, 0.829, -0.196]),), (np.array([0.3, 1.1]),)]
