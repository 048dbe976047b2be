"""[0.0] * n, filled by index; an item is read twice and overwritten."""


def f(x: float, n: int) -> float:
    table = [0.0] * n
    for i in range(n):
        table[i] = x ** (i + 1)
    for i in range(1, n):
        table[i] = table[i] * table[i - 1]
    table[0] = x * 3.0
    return sum(table)


POINTS = [(0.7, 4), (1.2, 1)]
