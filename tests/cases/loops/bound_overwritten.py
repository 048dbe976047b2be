"""The loop's bounds are overwritten by its body and afterwards."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        n = n + 1
        y = y * x + n
    n = 0
    return y * (n + 1)


POINTS = [(0.7, 4), (1.2, 2)]
