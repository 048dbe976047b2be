"""while on the carried value: the number of iterations is known only when it ends."""


def f(x: float) -> float:
    y = x
    while y < 10.0:
        y = y * y + 0.5
    return y


POINTS = [(1.2,), (3.3,), (11.0,)]
