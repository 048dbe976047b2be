"""continue skips a part of the body."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        y = y + 0.1 * x
        if i % 3 == 1:
            continue
        y = y * x
    return y


POINTS = [(1.2, 5), (0.7, 2)]
