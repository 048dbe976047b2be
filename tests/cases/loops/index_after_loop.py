"""The loop's variable is used after the loop, and overwritten within it."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(1, n):
        i = 2 * i
        y = y * x + i
    return y * i


POINTS = [(0.7, 4), (1.2, 2)]
