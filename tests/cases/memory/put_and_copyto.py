"""np.put with repeats and into a matrix, np.add.at with tuples, np.copyto into parts, a diagonal nobody keeps."""
import numpy as np


def f(x: np.ndarray) -> float:
    a = x * 1.0
    np.put(a, [1, 3, 1], x[:3] * 2.0)
    np.put(a, 0, x[1])
    np.add.at(a, (np.array([0, 0]),), x[:2])
    np.fill_diagonal(np.outer(a, a), 0.0)
    b = np.outer(a, x)
    np.add.at(b, (slice(None), [0, 0]), x[:, None])
    np.put(b, np.array([[0, 5], [7, 5]]), a)
    c = b.copy()
    c.T[0] = x
    np.copyto(c[1:3], b[0], where=[True, False, True, False])
    np.copyto(c[:, 0], 2.0)
    return np.sum(b * c)


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.123, 2.345, 0.781, -1.417]),)]
