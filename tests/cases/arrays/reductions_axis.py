"""Reductions along an axis, with and without keepdims, negative axes and tuples of axes."""
import numpy as np


def f(x: np.ndarray) -> float:
    centred = x - np.mean(x, axis=0, keepdims=True)
    rows = np.sum(centred ** 2, axis=-1)
    scale = x.max(axis=1, keepdims=True)
    everything = np.sum(x, axis=(0, 1))
    return np.sum(rows * np.sum(x / scale, axis=1)) * everything


POINTS = [(np.array([[0.5, 1.5, 0.7], [1.0, 2.0, 0.3]]),), (np.array([[0.5, 1.5], [1.1, 0.3], [0.6, 0.7]]),)]
