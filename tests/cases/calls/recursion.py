"""A power by repeated squaring, recursively."""


def f(x: float, n: int) -> float:
    if n == 0:
        return 1.0
    if n % 2 == 1:
        return x * f(x, n - 1)
    half = f(x, n // 2)
    return half * half


POINTS = [(1.2, 5), (0.7, 0), (-0.8, 8)]
