"""A loop variable that its body changes; after the loop it is what the last iteration left, or unset."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        i = i + 1
        y = y * x + i
    return y * i


POINTS = [(0.7, 4), (1.2, 1)]
ERRORS = [(0.7, 0), (1.2, -3)]
