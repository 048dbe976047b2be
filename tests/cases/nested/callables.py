"""Derivatives of functions that are values: chosen, made by others, partial, in containers, decorated inside."""

from functools import partial
from math import sin

from s2sad import differentiate, grad, jvp, value_and_grad


def cubic(t, k=2.0, *, m=1.0):
    return k * t**3 - sin(t * k) * m


def make(a):
    def inner(t):
        return a * t * t

    return grad(inner)


def apply(h, x):
    return grad(h)(x) * h(x)


def f(x: float, n: int) -> float:
    square = (lambda t: t * t) if x > 0.3 else (lambda t: t * x)
    total = grad(square)(x) + make(x)(x) + apply(lambda t: t * t * x, x) + apply(cubic, x)
    total += grad(partial(cubic, k=x))(0.5) + grad(partial(cubic, x), wrt="k")(x, m=0.5)

    @grad
    def slope(t):
        return t * t * x

    @differentiate(wrt="u")
    def product(t, u):
        return t * u * x * u

    operators = {"slope": grad, "both": value_and_grad}
    total += slope(x) + product.grad(x, total) * operators["slope"](cubic)(x, m=x)
    for derivative in [grad(lambda t: sin(t) * x), grad(cubic)]:
        total = total + derivative(x)
    y = x
    for _ in range(n):
        along = jvp(lambda t: sin(t * y) * x)  # noqa: B023 (called in its own iteration)
        y = y + 0.1 * along(y, 1)[1]
    return total * y


POINTS = [(0.7, 0), (0.2, 3)]
