"""divmod, // and % of values: the quotient is constant, the remainder follows."""


def f(x: float, y: float) -> float:
    q, r = divmod(x, y)
    s = x % 0.7
    return q * x + r * r * y + s * (x // 0.3)


POINTS = [(5.3, 1.7), (-2.2, 0.9)]
