"""Clustering: the squared distances of points to the nearest centroid, and a step of Newton's method.

The Hessian is diagonal, so that its product with a vector of ones has all there is: the gradient, differentiated
forward in that direction.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function

BLOCK = 1024


def nearest(points, centroids):
    """Which centroid is nearest to each point; a block of points at a time, to bound the memory."""
    squares = np.sum(centroids ** 2, axis=1)
    blocks = [np.argmin(squares - 2.0 * points[start:start + BLOCK] @ centroids.T, axis=1)
              for start in range(0, points.shape[0], BLOCK)]
    return np.concatenate(blocks)


def cost_of(centroids, points, chosen):
    return np.sum((points - centroids[chosen]) ** 2)


def cost(points, centroids):
    return cost_of(centroids, points, nearest(points, centroids))


def gradient(centroids, points, chosen):
    return s2sad.grad(cost_of)(centroids, points, chosen)


gradient_and_product = s2sad.jvp(gradient)


def direction(points, centroids):
    """The gradient divided by the diagonal of the Hessian."""
    found, diagonal = gradient_and_product(centroids, points, nearest(points, centroids), np.ones(centroids.shape))
    return found / diagonal


def prepare(given):
    return np.array(given["points"], float), np.array(given["centroids"], float)


FUNCTIONS = {"cost": Function(prepare, cost, float), "dir": Function(prepare, direction, np.ndarray.tolist)}
