"""`out` of reductions and products, overlapping its operands, a row of a matrix, and None."""
import numpy as np


def f(x: np.ndarray) -> float:
    m = np.outer(x, x)
    r = np.zeros(4)
    np.sum(m, axis=0, out=r)
    m.sum(1, out=r)
    np.add(r[1:], r[:-1], out=r[1:])
    np.multiply(m, 2.0, out=m)
    np.maximum(m, 0.1, out=m)
    z = np.add(x, 1.0, out=None)
    s = np.cumsum(z)
    np.matmul(m, z, out=r)
    np.exp(r * 0.01, out=m[0])
    q = np.take(x, [0, 2], out=np.zeros(2))
    np.mean(m, axis=1, out=r)
    return np.sum(r * s) + np.sum(m) + q[0] * q[1]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.123, 2.345, 0.781, -1.417]),)]
