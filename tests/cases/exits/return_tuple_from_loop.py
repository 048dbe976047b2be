"""A helper that returns a tuple from inside a loop, and another after it."""


def climb(a: float, b: float, n: int) -> tuple[float, float]:
    for i in range(n):
        a = a * b
        if a > 2.0:
            return a * b, b + i
    return b, a * a


def f(a: float, b: float, n: int) -> float:
    p, q = climb(a, b, n)
    return p * q + q


POINTS = [(1.1, 1.5, 4), (0.1, 1.5, 4), (0.3, 0.7, 0)]
