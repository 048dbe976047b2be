"""Grids that are swept in place: Jacobi, heat, Gauss-Seidel, horizontal and vertical diffusion."""

import numpy as np


def jacobi(u, weights, steps: int):
    a = u.copy()
    b = u.copy()
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a, b = b, a
    return np.sum(weights * a)


def heat(u, weights, steps: int):
    a = u.copy()
    for _ in range(steps):
        a[1:-1] = a[1:-1] + 0.25 * (a[2:] - 2.0 * a[1:-1] + a[:-2])
    return np.sum(weights * a)


def gauss_seidel(u, weights, steps: int):
    """Each point sees the new values of those before it."""
    a = u.copy()
    rows, columns = a.shape
    for _ in range(steps):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                a[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])
    return np.sum(weights * a)


def horizontal_diffusion(u, weights, steps: int):
    """Fourth-order smoothing, as in weather models: the Laplacian's fluxes."""
    a = u.copy()
    for _ in range(steps):
        laplacian = 4.0 * a[1:-1, 1:-1] - (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])
        flux_x = laplacian[1:, 1:-1] - laplacian[:-1, 1:-1]
        flux_y = laplacian[1:-1, 1:] - laplacian[1:-1, :-1]
        a[2:-2, 2:-2] -= 0.025 * (flux_x[:-1] - flux_x[1:] + flux_y[:, :-1] - flux_y[:, 1:])
    return np.sum(weights * a)


def limited_diffusion(u, weights, steps: int):
    """The same with fluxes only down the gradient, which makes it nonlinear."""
    a = u.copy()
    for _ in range(steps):
        laplacian = 4.0 * a[1:-1, 1:-1] - (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])
        flux_x = laplacian[1:, 1:-1] - laplacian[:-1, 1:-1]
        flux_x = np.where(flux_x * (a[2:-1, 2:-2] - a[1:-2, 2:-2]) > 0.0, 0.0, flux_x)
        flux_y = laplacian[1:-1, 1:] - laplacian[1:-1, :-1]
        flux_y = np.where(flux_y * (a[2:-2, 2:-1] - a[2:-2, 1:-2]) > 0.0, 0.0, flux_y)
        a[2:-2, 2:-2] -= 0.025 * (flux_x[1:] - flux_x[:-1] + flux_y[:, 1:] - flux_y[:, :-1])
    return np.sum(weights * a)


def vertical_diffusion(u, k, weights, steps: int):
    """Implicit steps: in every column a tridiagonal system, solved downwards and up again."""
    a = u.copy()
    levels = a.shape[0]
    for _ in range(steps):
        upper = np.zeros(a.shape)
        upper[0] = -k[0] / (1.0 + k[0])
        a[0] = a[0] / (1.0 + k[0])
        for i in range(1, levels):
            pivot = 1.0 + k[i] + k[i - 1] * (1.0 + upper[i - 1])
            upper[i] = -k[i] / pivot
            a[i] = (a[i] + k[i - 1] * a[i - 1]) / pivot
        for i in range(levels - 2, -1, -1):
            a[i] = a[i] - upper[i] * a[i + 1]
    return np.sum(weights * a)


def grid_inputs(shape, steps):
    rng = np.random.default_rng(0)
    return rng.random(shape), rng.normal(size=shape), steps


def column_inputs(levels=40, columns=400, steps=5):
    rng = np.random.default_rng(0)
    shape = (levels, columns)
    return rng.random(shape), rng.random(shape), rng.normal(size=shape), steps
