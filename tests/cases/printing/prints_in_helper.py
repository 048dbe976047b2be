"""A helper that prints, called twice."""


def square(t: float) -> float:
    print("squaring", t)
    return t * t


def f(x: float) -> float:
    return square(x) * square(x + 1.0)


POINTS = [(0.7,), (-0.4,)]
