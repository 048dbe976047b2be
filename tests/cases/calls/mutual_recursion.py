"""Two functions that call each other."""


def even(x: float, n: int) -> float:
    if n == 0:
        return x
    return odd(x * x, n - 1) + x


def odd(x: float, n: int) -> float:
    if n == 0:
        return 1.0 / x
    return even(x + 0.5, n - 1) * 0.5


def f(x: float, n: int) -> float:
    return even(x, n)


POINTS = [(0.9, 4), (0.9, 3), (0.9, 0)]
