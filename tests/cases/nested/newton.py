"""Newton's method with the derivative of the residual, and a branch and an exit on derivatives."""

from math import cos, exp

from s2sad import grad, value_and_grad


def residual(x, a, b):
    return x * x * x + a * x - b * exp(0.1 * x)


dresidual = grad(residual)


def f(a: float, b: float, steps: int = 30) -> float:
    x = 1.0
    for _ in range(steps):
        slope = dresidual(x, a, b)
        if abs(slope) < 1e-8:
            break  # never
        step = residual(x, a, b) / slope
        x = x - step
        if abs(step) < 1e-13:
            break
    # And a function of the enclosing one's variables, in a loop whose length its derivative decides.
    y = 0.3

    def potential(t):
        return 0.5 * a * t * t - cos(b * t)

    dpotential = value_and_grad(potential)
    while True:
        value, force = dpotential(y)
        if abs(force) < 1e-2:
            break
        y -= 0.5 * force / (a + b * b)
    if dpotential(x)[1] > 1.0:
        return x * y + value
    return x - y * value


POINTS = [(2.0, 0.7), (0.5, 3.0), (2.0, 3.0), (1.0, 0.2, 2)]
