"""Arrays made between the stores of a try, a view, a list, and a finally; the call that fails is a helper's."""

import math

import numpy as np


def guarded(values, k):
    if values[k] < 0.0:
        raise ValueError(k)
    return math.sqrt(values[k])


def f(x: np.ndarray, k: int) -> float:
    A = x * 2.0
    V = A[1:]
    kept = [0.0, 0.0]
    try:
        V[0] = x[0] * x[1]
        B = A * V[0]
        kept[0] = B[1]
        B[0] = guarded(x, k)
        V[1] = B[0] + B[2]
        kept[1] = V[1] * B[1]
        A[:] = A * guarded(x, k - 1)
    except ValueError as error:
        A[0] = V[0] * len(str(error))
    finally:
        print("done")
    return float(np.sum(A * x)) + kept[0] * kept[1] + kept[0]


SIGNATURE = "x=float64[:], k=int"
POINTS = [(np.array([0.7, 1.2, 0.4]), 1), (np.array([0.7, 1.2, -0.4]), 2), (np.array([0.7, -1.2, 0.4]), 2)]
