"""A loop that is left in two ways on one condition: only the first of them happens."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        y = y * 1.1 + x
        if i % 3 == 2:
            return y * x
        if i % 3 == 2:
            break  # never
    for i in range(n):
        if i % 2 == 0:
            y = y * x
            continue
        if i % 2 == 0:
            break  # never
    return y


POINTS = [(1.3, 0), (1.3, 1), (0.7, 2), (0.7, 5)]
