"""np.copyto, np.putmask, np.place, np.fill_diagonal of square, tall and wide matrices."""
import numpy as np


def f(x: np.ndarray, w: np.ndarray) -> float:
    a = np.zeros(4)
    np.copyto(a, x * x)
    np.copyto(a, x, where=x > 0.5)
    b = np.outer(a, x)
    np.fill_diagonal(b, x ** 2)
    c = np.outer(x, x[:3])
    np.fill_diagonal(c, x[0])
    d = np.outer(x[:3], x)
    np.fill_diagonal(d, [x[0], 3.0])
    np.putmask(a, a < 0.0, x[1])
    np.putmask(a, a < 1.0, x[:2] * 2.0)
    np.place(d, d > 0.0, [x[3], x[2]])
    np.place(c, c < 0.0, x[2])
    return np.sum(a ** 2) + np.sum(b ** 3) + np.sum(c * c * w) + np.sum(d ** 2 * w.T)


SIGNATURE = "x=float64[:], w=float64[:, :]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), np.arange(12.0).reshape(4, 3)),
          (np.array([-0.1, 2.3, -1.2, -0.4]), np.cos(np.arange(12.0).reshape(4, 3)))]
