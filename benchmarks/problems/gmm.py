"""Gaussian mixture model: the log-posterior of n points in d dimensions under k components with a Wishart prior.

Each component has a weight ``alpha`` (before the softmax), a mean, and a lower triangular factor Q of its precision
matrix, stored as the logarithms ``q`` of its diagonal and the entries ``l`` below it, column by column.
"""

import math

import numpy as np


def log_sum_exp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def log_wishart_constant(d, m):
    """What does not depend on the parameters in the logarithm of the Wishart density, for gamma = 1."""
    freedom = d + m + 1
    log_gamma = 0.25 * d * (d - 1) * math.log(math.pi)
    for j in range(d):
        log_gamma += math.lgamma(0.5 * (freedom - j))
    return -0.5 * freedom * d * math.log(2.0) - log_gamma


def objective(alpha, mu, q, l, x, gamma, m):  # noqa: E741
    """In the way of NumPy: a loop over the components, arrays over the points."""
    n, d = x.shape
    k = alpha.shape[0]
    terms = np.empty((n, k))
    prior = 0.0
    for j in range(k):
        factor = np.diag(np.exp(q[j]))
        place = 0
        for a in range(d - 1):
            factor[a + 1:, a] = l[j, place:place + d - 1 - a]
            place += d - 1 - a
        scaled = (x - mu[j]) @ factor.T
        log_determinant = np.sum(q[j])
        terms[:, j] = alpha[j] + log_determinant - 0.5 * np.sum(scaled ** 2, axis=1)
        prior += 0.5 * gamma ** 2 * np.sum(factor ** 2) - m * log_determinant
    top = np.max(terms, axis=1)
    likelihood = np.sum(top + np.log(np.sum(np.exp(terms - top[:, np.newaxis]), axis=1)))
    constant = k * (log_wishart_constant(d, m) + (d + m + 1) * d * math.log(gamma))
    return likelihood - 0.5 * n * d * math.log(2.0 * math.pi) - n * log_sum_exp(alpha) - prior + constant


def objective_loops(alpha, mu, q, l, x, gamma, m):  # noqa: E741
    """In the way of Numba: scalar loops over points, components and the packed triangle."""
    n, d = x.shape
    k = alpha.shape[0]
    diagonals = np.exp(q)
    log_determinants = np.sum(q, axis=1)
    terms = np.empty(k)
    centered = np.empty(d)
    scaled = np.empty(d)
    likelihood = 0.0
    for i in range(n):
        for j in range(k):
            for a in range(d):
                centered[a] = x[i, a] - mu[j, a]
                scaled[a] = diagonals[j, a] * centered[a]
            place = 0
            for a in range(d):
                for b in range(a + 1, d):
                    scaled[b] += l[j, place] * centered[a]
                    place += 1
            norm = 0.0
            for a in range(d):
                norm += scaled[a] * scaled[a]
            terms[j] = alpha[j] + log_determinants[j] - 0.5 * norm
        likelihood += log_sum_exp(terms)
    prior = 0.0
    for j in range(k):
        frobenius = 0.0
        for a in range(d):
            frobenius += diagonals[j, a] * diagonals[j, a]
        for a in range(l.shape[1]):
            frobenius += l[j, a] * l[j, a]
        prior += 0.5 * gamma * gamma * frobenius - m * log_determinants[j]
    constant = k * (log_wishart_constant(d, m) + (d + m + 1) * d * math.log(gamma))
    return likelihood - 0.5 * n * d * math.log(2.0 * math.pi) - n * log_sum_exp(alpha) - prior + constant


WRT = ("alpha", "mu", "q", "l")


def inputs(d, k, n, seed=0, gamma=1.0, m=0):
    """Random arguments, distributed as in GradBench."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=k), rng.uniform(size=(k, d)), rng.normal(size=(k, d)),
            rng.normal(size=(k, d * (d - 1) // 2)), rng.normal(size=(n, d)), gamma, m)
