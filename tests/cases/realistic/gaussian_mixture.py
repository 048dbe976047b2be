"""A small Gaussian mixture's log-likelihood, a loop over points and components."""
from math import exp, log

import numpy as np


def f(weights: np.ndarray, means: np.ndarray, log_scales: np.ndarray, data: np.ndarray) -> float:
    total = 0.0
    for i in range(data.shape[0]):
        density = 0.0
        for k in range(weights.shape[0]):
            z = (data[i] - means[k]) * exp(-log_scales[k])
            density = density + exp(weights[k] - 0.5 * z * z - log_scales[k])
        total = total + log(density)
    return total - data.shape[0] * np.log(np.sum(np.exp(weights)))


POINTS = [(np.array([0.3, -0.2]), np.array([0.5, 1.9]), np.array([0.1, -0.3]), np.array([0.4, 2.2, 1.1])),
          (np.array([0.3]), np.array([0.5]), np.array([0.1]), np.array([0.4, -0.2]))]
WRT = ("weights", "means", "log_scales")
