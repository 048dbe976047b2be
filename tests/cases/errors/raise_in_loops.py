"""Raises in loops and behind them, beside breaks and returns; in helpers; as the only way out of `while True`."""


def power(x: float, n: int) -> float:
    if n < 1:
        raise ValueError(n)
    if n == 2:
        return x * x
    return x**n


def halved(x: float, limit: int) -> float:
    k = 0
    while True:
        k += 1
        if k > limit:
            raise StopIteration(k)
        x = 0.5 * x
        if x < 0.2:
            return x


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        if y > 9.0:
            raise OverflowError(f"too big after {i}")
        if y < 0.1:
            break
        y = y * x + 0.1
    else:
        return power(y, n) + halved(y, 5)
    if n > 3:
        return y * x
    raise LookupError("left early")


POINTS = [(1.3, 3), (0.9, 2), (0.05, 9)]
ERRORS = [(2.7, 7), (0.05, 3), (1.3, 0), (2.9, 2)]
