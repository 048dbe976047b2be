"""A variable overwritten on one side only."""


def f(x: float) -> float:
    y = x * x
    if y > 1.0:
        y = y * x
    return y + x


POINTS = [(1.4,), (0.6,), (-1.7,)]
