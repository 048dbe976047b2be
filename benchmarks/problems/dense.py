"""Array code without stores: a network, elementwise functions, softmax, pairwise forces."""

import numpy as np


def cross_entropy(logits, targets):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_share = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(targets * log_share) / logits.shape[0]


def network(w1, b1, w2, b2, x, targets):
    """Two layers and the cross entropy of a softmax."""
    hidden = np.tanh(x @ w1 + b1)
    return cross_entropy(hidden @ w2 + b2, targets)


def network_inputs(batch=64, features=256, hidden=128, classes=10):
    rng = np.random.default_rng(0)
    return (rng.normal(scale=0.05, size=(features, hidden)), np.zeros(hidden),
            rng.normal(scale=0.1, size=(hidden, classes)), np.zeros(classes), rng.normal(size=(batch, features)),
            np.eye(classes)[rng.integers(0, classes, size=batch)])


def elementwise(x):
    return np.sum(np.exp(-x * x) * np.sin(x) + np.sqrt(1.0 + x * x))


def elementwise_inputs(n):
    return (np.random.default_rng(0).normal(size=n),)


def softmax(x, weights):
    """A weighted sum of the softmax of each row."""
    shifted = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(weights * (shifted / np.sum(shifted, axis=1, keepdims=True)))


def softmax_inputs(rows=256, columns=256):
    rng = np.random.default_rng(0)
    return rng.normal(size=(rows, columns)), rng.normal(size=(rows, columns))


def mlp(w1, w2, w3, x, targets):
    """Three layers of rectified units."""
    hidden = np.maximum(x @ w1, 0.0)
    hidden = np.maximum(hidden @ w2, 0.0)
    return cross_entropy(hidden @ w3, targets)


def mlp_inputs(batch=64, features=128, hidden=128, classes=10):
    rng = np.random.default_rng(0)
    return (rng.normal(scale=0.1, size=(features, hidden)), rng.normal(scale=0.1, size=(hidden, hidden)),
            rng.normal(scale=0.1, size=(hidden, classes)), rng.normal(size=(batch, features)),
            np.eye(classes)[rng.integers(0, classes, size=batch)])


def n_body(position, velocity, mass, steps: int):
    """The energy of bodies that attract each other, after some steps."""
    for _ in range(steps):
        apart = position[:, np.newaxis, :] - position[np.newaxis, :, :]
        squared = np.sum(apart ** 2, axis=2) + 0.01
        force = apart * (mass[np.newaxis, :] / (squared * np.sqrt(squared)))[:, :, np.newaxis]
        velocity = velocity - 0.01 * np.sum(force, axis=1)
        position = position + 0.01 * velocity
    return 0.5 * np.sum(mass * np.sum(velocity ** 2, axis=1)) + np.sum(position ** 2)


def n_body_inputs(bodies=40, steps=10):
    rng = np.random.default_rng(0)
    return rng.normal(size=(bodies, 3)), rng.normal(size=(bodies, 3)), rng.random(bodies), steps
