"""int() blocks the derivative, float() passes it, // and % have their almost-everywhere derivatives."""


def f(x: float, y: float) -> float:
    n = int(y)
    r = x % 2.0
    q = x // 2.0
    return float(x) * n + r * r * y + q * x + round(y) * x


POINTS = [(3.3, 2.7), (5.6, 4.2)]
