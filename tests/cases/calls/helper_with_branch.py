"""A helper with early returns, called in an expression."""


def huber(r: float, delta: float) -> float:
    if abs(r) < delta:
        return 0.5 * r * r
    return delta * (abs(r) - 0.5 * delta)


def f(x: float, y: float) -> float:
    return huber(x - y, 1.0) * x + huber(x, y)


POINTS = [(0.7, 0.4), (2.3, 0.6), (-1.4, 2.0)]
