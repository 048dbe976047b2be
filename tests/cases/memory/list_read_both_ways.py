"""A list display read at constant and at variable indices."""


def f(a: float, b: float, n: int) -> float:
    items = [a, b, 0.5, a]
    for i in range(n):
        b += items[i] * items[0]
    return b + items[3]


POINTS = [(1.1, 1.5, 3), (0.4, 0.7, 1)]
