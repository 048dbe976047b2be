"""Inner derivatives of functions that close over the outer one's variables: no perturbation is taken for another."""

from math import cos, exp, sin

from s2sad import grad, jvp, vjp


def f(x: float, y: float) -> float:
    # d/dx [x * d/dy (x + y)] = 1, where confusing the two gives 2.
    first = x * grad(lambda t: x + t)(y)
    # d/dx [x * d/dy (x * y)] = 2 x, at every y.
    second = x * grad(lambda t: x * t)(y)

    def shifted(t):
        return exp(t * x) * sin(x) + t

    third = jvp(shifted)(x * y, 1.0)[1]
    # Three levels, each with the variable of the one around it.
    fourth = grad(lambda u: u * grad(lambda v: v * u * x * grad(lambda w: cos(w * v * u * x))(y))(y * 0.5))(x)
    value, bar = vjp(lambda t: t * t * x)(y, x)
    return first + second * 0.5 + third + fourth + value * bar


POINTS = [(1.0, 1.0), (0.7, -0.4), (-0.3, 1.2)]
