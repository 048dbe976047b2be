"""Derivatives of derivatives of derivatives, and of functions that contain derivatives, loops, branches and exits."""

from math import sin, sqrt

from s2sad import grad, jvp, value_and_grad


def wave(t, n):
    y = t
    for i in range(n):
        if y > 0.8:
            y = y * sin(y) - 0.1 * i
            continue
        y = y + 0.5 * y * y
        if i == 3:
            break
    return y * t


def energy(t, n):
    return sqrt(1.0 + grad(wave)(t, n) ** 2)


denergy = grad(energy)
along = jvp(denergy)


d3wave = grad(grad(grad(wave)))


def third(t, n):
    return d3wave(t, n) * t


dthird = value_and_grad(third)


def f(x: float, n: int) -> float:
    value, slope = dthird(x, n)
    _, tangent = along(x, n, 0.7)
    return value * slope + denergy(x, n) * tangent + wave(x, n) + energy(x, n) + third(x, n)


POINTS = [(0.7, 0), (0.7, 1), (0.9, 3), (0.4, 6)]
