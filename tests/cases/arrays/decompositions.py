"""eigh and slogdet, whose results are pairs; a symmetric matrix made of any."""
import numpy as np


def f(a: np.ndarray, b: np.ndarray) -> float:
    s = a + a.T
    w, v = np.linalg.eigh(s)
    sign, logdet = np.linalg.slogdet(a)
    top = v[:, -1] * v[0, -1]
    return np.sum(w * w * w) + np.dot(top, b) * w[0] + logdet * sign + np.sum(np.linalg.eigvalsh(s)[1:] ** 2)


SIGNATURE = "a=float64[:, :], b=float64[:]"
POINTS = [(np.array([[2.0, 0.3, -0.1], [0.5, 1.2, 0.7], [0.2, -0.4, 0.6]]), np.array([0.4, -1.0, 0.7])),
          (np.array([[0.5, 1.3], [-0.2, -1.2]]), np.array([0.4, 1.0]))]
