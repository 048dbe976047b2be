"""The stable soft-max: a maximum subtracted, a logarithm of a sum of exponentials."""
import numpy as np


def f(logits: np.ndarray, target: np.ndarray) -> float:
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(np.sum(target * (shifted - log_sum), axis=1))


POINTS = [(np.array([[0.5, 1.5, -0.7], [1.0, -2.0, 0.3]]), np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])),
          (np.array([[0.5, 0.1]]), np.array([[0.7, 0.3]]))]
WRT = ("logits",)
