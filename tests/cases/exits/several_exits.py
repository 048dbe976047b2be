"""Break, return and exhaustion of one loop, each followed by different code."""


def f(x: float, y: float, n: int) -> float:
    s = x
    for i in range(n):
        s = s + y
        if s > 6.0:
            return s * x
        if s < -1.0:
            s = s * y
            break
        s = s * 1.2
    else_value = s * y
    return else_value + s


POINTS = [(0.7, 0.9, 10), (0.7, 0.2, 2), (-0.2, -0.7, 5)]
