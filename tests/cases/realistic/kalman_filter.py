"""A scalar Kalman filter's log-likelihood in the two variances."""
from math import log

import numpy as np


def f(process: float, measurement: float, y: np.ndarray) -> float:
    mean = 0.0
    variance = 1.0
    log_likelihood = 0.0
    for value in y:
        variance = variance + process
        innovation = value - mean
        spread = variance + measurement
        log_likelihood -= 0.5 * (log(spread) + innovation ** 2 / spread)
        gain = variance / spread
        mean = mean + gain * innovation
        variance = (1.0 - gain) * variance
    return log_likelihood


POINTS = [(0.3, 0.5, np.array([0.4, 0.9, -0.2, 1.1])), (1.3, 0.2, np.array([0.4]))]
WRT = ("process", "measurement")
