"""The `else` of a for loop runs unless a break was taken; loops without a break always run it."""


def f(x: float, limit: float, n: int) -> float:
    y = 1.0
    for i in range(n):
        y = y * x
        if y > limit:
            root = y - limit * i
            break
    else:
        root = y * y
    for i in range(2):
        y = y + x * i
    else:
        y = y * x
    return y * root


POINTS = [(1.4, 2.5, 5), (0.7, 2.5, 3), (0.7, 2.5, 0)]
