"""Nested branches; the inner condition depends on a value computed in the outer side."""


def f(x: float, y: float) -> float:
    z = x
    if x * y > 0.0:
        z = x * y
        if z > 1.0:
            z = z * z
        else:
            z = z + y
        y = y * z
    elif y > 2.0:
        z = y / x
    return z * y


POINTS = [(1.5, 1.2), (0.5, 0.7), (-1.2, 2.5), (-1.2, 1.1)]
