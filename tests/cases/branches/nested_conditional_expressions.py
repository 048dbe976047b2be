"""Conditional expressions inside expressions; the untaken one would divide by zero."""


def f(x: float, n: int) -> float:
    scale = 1.0 / n if n > 0 else 1.0
    return (x * scale if x < 1.0 else x * x if x < 2.0 else 1.0 / x) + scale * x


POINTS = [(0.7, 3), (1.5, 0), (2.5, 2)]
