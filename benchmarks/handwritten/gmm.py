"""The Gaussian mixture model: value and gradient in one pass over the points."""

import math

import numpy as np

from benchmarks.handwritten.compiled import njit

# Sums may be reordered, so that the products with the triangle are vectorised.
FAST = {"reassoc", "contract"}


@njit(cache=True, error_model="numpy", fastmath=FAST)
def value_and_grad(alpha, mu, q, l, x, gamma, m):  # noqa: E741
    """The value, and the gradient by alpha, mu, q and l."""
    n, d = x.shape
    k = alpha.shape[0]
    diagonals = np.exp(q)
    log_determinants = np.sum(q, axis=1)
    weight_bar = np.zeros(k)
    mu_bar = np.zeros((k, d))
    diagonals_bar = np.zeros((k, d))
    l_bar = np.zeros(l.shape)
    terms = np.empty(k)
    centered = np.empty((k, d))
    scaled = np.empty((k, d))
    value = 0.0
    for i in range(n):
        top = -math.inf
        for j in range(k):
            for a in range(d):
                centered[j, a] = x[i, a] - mu[j, a]
                scaled[j, a] = diagonals[j, a] * centered[j, a]
            start = 0
            for a in range(d):
                factor = centered[j, a]
                size = d - a - 1
                tail = scaled[j, a + 1:]
                row = l[j, start:start + size]
                for b in range(size):
                    tail[b] += row[b] * factor
                start += size
            norm = 0.0
            for a in range(d):
                norm += scaled[j, a] * scaled[j, a]
            terms[j] = alpha[j] + log_determinants[j] - 0.5 * norm
            top = max(top, terms[j])
        total = 0.0
        for j in range(k):
            terms[j] = math.exp(terms[j] - top)
            total += terms[j]
        value += top + math.log(total)
        for j in range(k):
            weight = terms[j] / total
            weight_bar[j] += weight
            for a in range(d):
                scaled[j, a] *= -weight  # its adjoint, from here on
                diagonals_bar[j, a] += scaled[j, a] * centered[j, a]
            y = scaled[j]
            lj = l[j]
            bj = l_bar[j]
            start = 0
            for a in range(d):
                factor = centered[j, a]
                below = diagonals[j, a] * y[a]
                size = d - a - 1
                tail = y[a + 1:]
                row = lj[start:start + size]
                bar = bj[start:start + size]
                for b in range(size):
                    below += row[b] * tail[b]
                for b in range(size):
                    bar[b] += factor * tail[b]
                mu_bar[j, a] -= below
                start += size

    top = np.max(alpha)
    total = 0.0
    for j in range(k):
        total += math.exp(alpha[j] - top)
    value -= n * (top + math.log(total))
    alpha_bar = np.empty(k)
    q_bar = np.empty((k, d))
    for j in range(k):
        alpha_bar[j] = weight_bar[j] - n * math.exp(alpha[j] - top) / total
        squares = 0.0
        for a in range(d):
            diagonal = diagonals[j, a]
            squares += diagonal * diagonal
            q_bar[j, a] = weight_bar[j] + m + (diagonals_bar[j, a] - gamma * gamma * diagonal) * diagonal
        for a in range(l.shape[1]):
            squares += l[j, a] * l[j, a]
            l_bar[j, a] -= gamma * gamma * l[j, a]
        value += m * log_determinants[j] - 0.5 * gamma * gamma * squares

    freedom = d + m + 1
    log_gamma = 0.25 * d * (d - 1) * math.log(math.pi)
    for a in range(d):
        log_gamma += math.lgamma(0.5 * (freedom - a))
    value += k * (freedom * d * (math.log(gamma) - 0.5 * math.log(2.0)) - log_gamma)
    value -= 0.5 * n * d * math.log(2.0 * math.pi)
    return value, (alpha_bar, mu_bar, q_bar, l_bar)
