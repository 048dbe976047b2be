"""The determinant by expansion by minors.

The minors of the last rows are computed once for each set of columns: 2^n of them, where the plain recursion, which is
here too, visits n! of them.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function


def determinant(a):
    n = a.shape[0]
    minors = np.empty(2 ** n)  # the set of columns is a number, in bits
    minors[0] = 1.0
    sizes = [0]
    for columns in range(1, 2 ** n):
        sizes.append(sizes[columns >> 1] + (columns & 1))
        row = n - sizes[columns]
        total = 0.0
        sign = 1.0
        for column in range(n):
            if (columns >> column) & 1:
                total += sign * a[row, column] * minors[columns ^ (1 << column)]
                sign = -sign
        minors[columns] = total
    return minors[-1]


def determinant_recursive(a):
    if a.shape[0] == 1:
        return a[0, 0]
    total = 0.0
    sign = 1.0
    for column in range(a.shape[0]):
        minor = np.concatenate([a[1:, :column], a[1:, column + 1:]], axis=1)
        total += sign * a[0, column] * determinant_recursive(minor)
        sign = -sign
    return total


gradient = s2sad.grad(determinant)
gradient_recursive = s2sad.grad(determinant_recursive)


def prepare(given):
    return (np.array(given["A"], float).reshape(given["ell"], given["ell"]),)


def finish(adjoint):
    return adjoint.ravel().tolist()


FUNCTIONS = {"primal": Function(prepare, determinant, float), "gradient": Function(prepare, gradient, finish)}
