"""Programs whose derivatives for Numba are kept as they were generated, beside this file.

`PROGRAMS` says for each with which signature it is generated and where it is evaluated."""

from math import sin

import numpy as np


def growth(x: float, n: int) -> float:
    y = x
    for _ in range(n):
        if y > 1.0:
            y = sin(y) * x
        else:
            y = y * y + 0.3 * x
    return y


def jacobi(b: np.ndarray, steps: int) -> float:
    u = np.zeros(b.shape)
    for _ in range(steps):
        v = u.copy()
        v[1:-1, 1:-1] = 0.25 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - b[1:-1, 1:-1])
        u = v
    return np.sum(u ** 2)


def network(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray, X: np.ndarray, Y: np.ndarray) -> float:
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    m = np.max(z, axis=1, keepdims=True)
    e = np.exp(z - m)
    logp = z - m - np.log(np.sum(e, axis=1, keepdims=True))
    return -np.sum(Y * logp) / X.shape[0]


def nbody(q: np.ndarray, p: np.ndarray, dt: float, steps: int) -> float:
    q = q.copy()
    p = p.copy()
    n = q.shape[0]
    for _ in range(steps):
        for i in range(n):
            for j in range(n):
                if i != j:
                    d = q[j] - q[i]
                    r2 = np.dot(d, d) + 0.01
                    p[i] += dt * d / (r2 * np.sqrt(r2))
        for i in range(n):
            q[i] += dt * p[i]
    return 0.5 * np.sum(p ** 2)


def cholesky(A: np.ndarray) -> float:
    L = A.copy()
    n = len(L)
    for j in range(n):
        for k in range(j):
            L[j, j] -= L[j, k] ** 2
        L[j, j] = np.sqrt(L[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                L[i, j] -= L[i, k] * L[j, k]
            L[i, j] /= L[j, j]
    log_det = 0.0
    for i in range(n):
        log_det += 2.0 * np.log(L[i, i])
    return log_det


def _random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape)


PROGRAMS = {
    growth: ("float, int", (0.7, 9)),
    jacobi: ("float64[:, :], int", (_random(6, 5), 4)),
    network: ("float64[a, b], float64[b], float64[b, c], float64[c], float64[n, a], float64[n, c]",
              (_random(4, 5), _random(5), _random(5, 3), _random(3), _random(6, 4), _random(6, 3) ** 2)),
    nbody: ("float64[n, 3], float64[n, 3], float, int", (_random(4, 3), _random(5, 3)[:4], 0.1, 3)),
    cholesky: ("float64[n, n]", (_random(4, 4) @ _random(4, 4).T + 4.0 * np.eye(4),)),
}
