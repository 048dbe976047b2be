"""Values computed in the loop that nothing uses, and a carried value that is constant."""


def f(x: float, n: int) -> float:
    y = x
    waste = 0.0
    fixed = 2.0
    for i in range(n):
        waste = waste + y * i
        y = y * fixed
        last = waste
    return y + x


POINTS = [(0.7, 3), (1.2, 0)]
