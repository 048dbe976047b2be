"""Derivatives with respect to arrays inside: Hessian-vector products, Jacobian products, stores into what they give."""

import numpy as np
from s2sad import grad, jvp, value_and_grad, vjp


def energy(w, k):
    y = np.sin(w) * k
    y[1:] += w[:-1] * w[1:]
    total = 0.0
    for i in range(len(w)):
        total += y[i] * y[i]
    return total


def field(w, k):
    return np.exp(0.3 * w) * w[::-1] + k * w


denergy = grad(energy)
along = jvp(denergy)
both = value_and_grad(energy, ("w", "k"))
field_vjp = vjp(field)
field_jvp = jvp(field, wrt=("w", "k"))


def f(w: np.ndarray, v: np.ndarray, k: float) -> float:
    gradient = denergy(w, k)
    _, product = along(w, k, v)  # the Hessian times v
    value, pulled = field_vjp(w, k, v)
    _, pushed = field_jvp(w, k, v, 0.5)
    gradient[0] = gradient[-1] * k  # a result is memory of its own
    amount, (w_bar, k_bar) = both(v, k)
    plain = energy(w, k) + np.sum(field(v, k)) + amount * k_bar
    return plain + np.sum(gradient * product) + np.dot(pulled, value) + np.sum(pushed) + np.max(w_bar) * w[0]


SIGNATURE = "float64[:], float64[:], float"
POINTS = [
    (np.array([0.3, -0.2, 0.7]), np.array([0.5, 0.1, -0.3]), 0.8),
    (np.array([1.1, 0.4, -0.6, 0.2]), np.array([-0.2, 0.9, 0.4, 0.3]), -0.5),
]
