"""x**3 if x < 2 else 3*x: a kept branch where a symbolic tool gives up."""


def f(x: float) -> float:
    return x ** 3 if x < 2 else 3 * x


POINTS = [(1.2,), (2.5,)]
