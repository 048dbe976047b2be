"""The logistic map, whose symbolic derivative swells."""


def f(x: float, n: int) -> float:
    y = x
    for _ in range(n):
        y = 4.0 * y * (1.0 - y)
    return y


POINTS = [(0.2, 3), (0.6, 5), (0.6, 1)]
