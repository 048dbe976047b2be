"""Two breaks in one body, and a variable that only one of them sets."""


def f(x: float, n: int) -> float:
    y = x
    bonus = 1.0
    for i in range(n):
        y = y + x * y
        if y > 10.0:
            bonus = y * 0.1
            break
        y = y - 0.3
        if y < 0.0:
            break
    return y * bonus


POINTS = [(1.1, 6), (0.2, 6), (0.6, 2)]
