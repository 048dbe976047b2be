"""A return inside a loop."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        y = y * y + 0.1
        if y > 3.0:
            return y * i
        y = y + x
    return -y


POINTS = [(0.9, 6), (0.3, 2), (2.0, 4)]
