"""A loop that is linear in its carried value: nothing but x is needed in reverse."""


def f(x: float, n: int) -> float:
    s = 0.0
    for i in range(n):
        s = s + x * i
    return s


POINTS = [(0.7, 5), (-1.3, 0)]
