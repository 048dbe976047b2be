"""A recurrent network that predicts the next character: LSTM layers with diagonal weights.

``main_params`` has two rows a layer, weights and biases, each of the four gates side by side; ``extra_params`` are the
weights of the input and the weights and biases of the output; ``state`` has the rows hidden and cell for each layer.
"""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell_step(weight, bias, hidden, cell, x):
    size = hidden.shape[0]
    forget = sigmoid(x * weight[:size] + bias[:size])
    keep = sigmoid(hidden * weight[size:2 * size] + bias[size:2 * size])
    out = sigmoid(x * weight[2 * size:3 * size] + bias[2 * size:3 * size])
    change = np.tanh(hidden * weight[3 * size:] + bias[3 * size:])
    new_cell = cell * forget + keep * change
    return out * np.tanh(new_cell), new_cell


def objective(main_params, extra_params, state, sequence):
    """The mean negative log-likelihood of each character, given those before it."""
    layers = state.shape[0] // 2
    steps = sequence.shape[0] - 1
    state = state.copy()
    total = 0.0
    for t in range(steps):
        x = sequence[t] * extra_params[0]
        for layer in range(layers):
            weight = main_params[2 * layer]
            bias = main_params[2 * layer + 1]
            hidden, cell = cell_step(weight, bias, state[2 * layer], state[2 * layer + 1], x)
            state[2 * layer] = hidden
            state[2 * layer + 1] = cell
            x = hidden
        prediction = x * extra_params[1] + extra_params[2]
        log_norm = np.log(np.sum(np.exp(prediction)) + 2.0)
        total += np.sum(sequence[t + 1] * (prediction - log_norm))
    return -total / (steps * sequence.shape[1])


WRT = ("main_params", "extra_params")


def inputs(layers, characters, bits=14, seed=0):
    """Random parameters, and a random text in bits."""
    rng = np.random.default_rng(seed)
    return (rng.random((2 * layers, 4 * bits)), rng.random((3, bits)), rng.random((2 * layers, bits)),
            rng.integers(0, 2, size=(characters, bits)).astype(float))
