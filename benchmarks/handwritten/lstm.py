"""The LSTM: value and gradient; the gates of every step are saved, nothing is computed twice."""

import math

import numpy as np

from benchmarks.handwritten.compiled import njit


@njit(cache=True, error_model="numpy")
def value_and_grad(main_params, extra_params, state, sequence):
    """The value, and the gradient by main_params and extra_params."""
    layers = state.shape[0] // 2
    steps = sequence.shape[0] - 1
    size = sequence.shape[1]
    hidden = np.empty((steps + 1, layers, size))  # before step t
    cell = np.empty((steps + 1, layers, size))
    gates = np.empty((steps, layers, 5, size))  # forget, keep, out, change, tanh of the cell
    share = np.empty((steps, size))  # derivative of log_norm
    for layer in range(layers):
        for i in range(size):
            hidden[0, layer, i] = state[2 * layer, i]
            cell[0, layer, i] = state[2 * layer + 1, i]
    total = 0.0
    for t in range(steps):
        for layer in range(layers):
            for i in range(size):
                x = sequence[t, i] * extra_params[0, i] if layer == 0 else hidden[t + 1, layer - 1, i]
                h = hidden[t, layer, i]
                forget = 1.0 / (1.0 + math.exp(-(x * main_params[2 * layer, i] + main_params[2 * layer + 1, i])))
                keep = 1.0 / (1.0 + math.exp(-(h * main_params[2 * layer, size + i]
                                               + main_params[2 * layer + 1, size + i])))
                out = 1.0 / (1.0 + math.exp(-(x * main_params[2 * layer, 2 * size + i]
                                              + main_params[2 * layer + 1, 2 * size + i])))
                change = math.tanh(h * main_params[2 * layer, 3 * size + i] + main_params[2 * layer + 1, 3 * size + i])
                c = cell[t, layer, i] * forget + keep * change
                squashed = math.tanh(c)
                gates[t, layer, 0, i] = forget
                gates[t, layer, 1, i] = keep
                gates[t, layer, 2, i] = out
                gates[t, layer, 3, i] = change
                gates[t, layer, 4, i] = squashed
                cell[t + 1, layer, i] = c
                hidden[t + 1, layer, i] = out * squashed
        norm = 2.0
        chosen = 0.0
        weight = 0.0
        for i in range(size):
            prediction = hidden[t + 1, layers - 1, i] * extra_params[1, i] + extra_params[2, i]
            share[t, i] = math.exp(prediction)
            norm += share[t, i]
            chosen += sequence[t + 1, i] * prediction
            weight += sequence[t + 1, i]
        total += chosen - weight * math.log(norm)
        for i in range(size):
            share[t, i] *= weight / norm

    total_bar = -1.0 / (steps * size)
    main_bar = np.zeros(main_params.shape)
    extra_bar = np.zeros(extra_params.shape)
    hidden_bar = np.zeros((layers, size))
    cell_bar = np.zeros((layers, size))
    for t in range(steps - 1, -1, -1):
        for i in range(size):
            bar = total_bar * (sequence[t + 1, i] - share[t, i])
            extra_bar[1, i] += bar * hidden[t + 1, layers - 1, i]
            extra_bar[2, i] += bar
            hidden_bar[layers - 1, i] += bar * extra_params[1, i]
        for layer in range(layers - 1, -1, -1):
            for i in range(size):
                x = sequence[t, i] * extra_params[0, i] if layer == 0 else hidden[t + 1, layer - 1, i]
                h = hidden[t, layer, i]
                forget = gates[t, layer, 0, i]
                keep = gates[t, layer, 1, i]
                out = gates[t, layer, 2, i]
                change = gates[t, layer, 3, i]
                squashed = gates[t, layer, 4, i]
                h_bar = hidden_bar[layer, i]
                c_bar = cell_bar[layer, i] + h_bar * out * (1.0 - squashed * squashed)
                forget_bar = c_bar * cell[t, layer, i] * forget * (1.0 - forget)
                keep_bar = c_bar * change * keep * (1.0 - keep)
                out_bar = h_bar * squashed * out * (1.0 - out)
                change_bar = c_bar * keep * (1.0 - change * change)
                main_bar[2 * layer, i] += forget_bar * x
                main_bar[2 * layer, size + i] += keep_bar * h
                main_bar[2 * layer, 2 * size + i] += out_bar * x
                main_bar[2 * layer, 3 * size + i] += change_bar * h
                main_bar[2 * layer + 1, i] += forget_bar
                main_bar[2 * layer + 1, size + i] += keep_bar
                main_bar[2 * layer + 1, 2 * size + i] += out_bar
                main_bar[2 * layer + 1, 3 * size + i] += change_bar
                x_bar = forget_bar * main_params[2 * layer, i] + out_bar * main_params[2 * layer, 2 * size + i]
                cell_bar[layer, i] = c_bar * forget
                hidden_bar[layer, i] = (keep_bar * main_params[2 * layer, size + i]
                                        + change_bar * main_params[2 * layer, 3 * size + i])
                if layer == 0:
                    extra_bar[0, i] += x_bar * sequence[t, i]
                else:
                    hidden_bar[layer - 1, i] += x_bar
    return -total / (steps * size), (main_bar, extra_bar)
