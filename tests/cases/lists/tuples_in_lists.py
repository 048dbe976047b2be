"""Lists of tuples: appended, read by index, unpacked in a loop."""
import numpy as np


def f(x: np.ndarray) -> float:
    pairs = []
    for k, v in enumerate(x):
        pairs.append((v, v * v, k))
    s = 0.0
    for i in range(len(pairs)):
        a, b, k = pairs[i]
        s = s + a * b * k
    for a, b, k in pairs:
        s = s + a * b + k
    best = max(pairs, key=lambda p: p[0])
    return s * best[1] + pairs[0][1] * pairs[-1][0]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
