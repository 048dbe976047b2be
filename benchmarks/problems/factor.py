"""Linear algebra written in loops: Durbin's recursion, and a Cholesky factorisation."""

import numpy as np


def durbin(r):
    """The solution of the Yule-Walker equations, summed."""
    n = r.shape[0]
    y = np.zeros(n)
    alpha = -r[0]
    beta = 1.0
    y[0] = alpha
    for k in range(1, n):
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + np.dot(r[:k][::-1], y[:k])) / beta
        y[:k] = y[:k] + alpha * y[:k][::-1]
        y[k] = alpha
    return np.sum(y)


def durbin_inputs(n=400):
    return (0.4 ** np.arange(1, n + 1) + 0.001 * np.random.default_rng(0).normal(size=n),)


def cholesky(a):
    """The logarithm of the determinant, by the factor."""
    n = a.shape[0]
    factor = np.zeros((n, n))
    total = 0.0
    for j in range(n):
        pivot = a[j, j]
        for k in range(j):
            pivot -= factor[j, k] * factor[j, k]
        factor[j, j] = np.sqrt(pivot)
        total += np.log(factor[j, j])
        for i in range(j + 1, n):
            entry = a[i, j]
            for k in range(j):
                entry -= factor[i, k] * factor[j, k]
            factor[i, j] = entry / factor[j, j]
    return 2.0 * total


def cholesky_inputs(n=30):
    root = np.random.default_rng(0).normal(size=(n, n))
    return (root @ root.T + n * np.eye(n),)
