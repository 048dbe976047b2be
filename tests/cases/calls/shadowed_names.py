"""The helper's local names are the caller's names too, and even f's own."""


def g(y: float, x: float) -> float:
    z = y * y
    x = z * x
    y = x - z
    return y


def f(x: float, y: float) -> float:
    z = g(x, y)
    y = g(z, x) * y
    x_bar = z * y
    y_dot = x_bar + x
    return y_dot * x_bar


POINTS = [(0.7, 1.2), (-0.4, 0.6)]
