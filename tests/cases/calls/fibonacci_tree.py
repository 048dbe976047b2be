"""Tree recursion: two calls in one expression."""


def f(x: float, y: float, n: int) -> float:
    if n == 0:
        return x
    if n == 1:
        return y
    return f(x, y, n - 1) * 0.5 + f(x, y, n - 2) * x


POINTS = [(0.7, 1.2, 5), (1.1, 0.3, 2), (1.1, 0.3, 0)]
