"""`out`, by keyword and by position: the result is that array; with `where` the others keep what they had."""
import numpy as np


def f(x: np.ndarray) -> float:
    z = np.empty(4)
    r = np.multiply(x, x, out=z)
    r[0] = x[1]
    s = np.sum(z * z)
    np.sin(z, z)
    np.add(z, x, z)
    np.clip(z, -0.5, 0.9, out=z)
    np.divide(x, x - 0.7, out=z, where=x != 0.7)
    np.sqrt(x, out=z, where=x > 0.0)
    w = np.zeros(4)
    np.cumsum(z, out=w)
    t = np.zeros((4, 4))
    np.outer(w, z, out=t)
    np.dot(t, z, out=w)
    x.clip(0.0, 1.0, out=z)
    return s + np.sum(w * z) + np.sum(np.negative(z, out=(z,)) * w)


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-0.2, 2.3, -1.2, 0.4]),)]
