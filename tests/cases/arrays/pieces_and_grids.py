"""np.split and its like, np.meshgrid in both orders, np.divmod, math.prod and math.dist."""
import math

import numpy as np


def f(x: np.ndarray, m: np.ndarray) -> float:
    a, b = np.split(x, 2)
    c, d, e = np.array_split(m, 3)
    g, h = np.hsplit(m, [1])
    u, v = np.vsplit(m, 2)
    p = np.split(m, [1, 3], axis=0)
    s = np.sum(a * b) + np.sum(c[0] * d) + np.sum(e) + np.sum(g * h) + np.sum(u * v) + np.sum(p[0] * p[1])
    for w in np.array_split(x, 3):
        s = s + np.sum(w) * w[0]
    across, down = np.meshgrid(x, x[:3])
    i, j, k = np.meshgrid(x, x[:3] * 2.0, x[1:3], indexing="ij")
    s = s + np.sum(across * down * down) + np.sum(i * j * j * k)
    q, r = np.divmod(x, 0.5)
    s = s + math.prod(x) + math.prod([x[0], x[1], 2.0]) + math.prod(v * v for v in x if v > 0.0)
    return s + np.sum(r * x) + q[0] + math.dist((x[0], x[1]), (x[2], x[3])) + math.prod([], start=3)


SIGNATURE = "x=float64[:], m=float64[:, :]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), np.arange(12.0).reshape(4, 3)),
          (np.array([0.1, 2.3, -1.2, 0.45]), np.cos(np.arange(8.0).reshape(4, 2)))]
