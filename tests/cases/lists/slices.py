"""Slices of lists, read and stored: with steps, from the end, longer and shorter than what they replace."""
import numpy as np


def f(x: np.ndarray, k: int) -> float:
    items = [v * v for v in x]
    items[1:3] = [x[0]]
    items[:0] = [x[1], x[2]]
    items[len(items):] = [items[0] * items[1]]
    items[::2] = [v * 2.0 for v in items[::2]]
    del items[1:2]
    items[k:k + 1] = [items[k], x[3] * items[k]]
    items[-2:] = items[:2]
    backwards = items[::-1]
    end = items[-3:]
    s = 0.0
    for i in range(len(backwards)):
        s = s + backwards[i] * (i + 1)
    for i in range(len(end)):
        s = s * end[i]
    items[:] = [end[0], end[1]]
    return s + items[0] * len(items)


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), 1), (np.array([0.7, 1.3, 0.2, 0.9]), -2)]
