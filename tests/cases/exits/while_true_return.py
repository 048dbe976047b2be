"""while True, left by either of two returns."""


def f(x: float) -> float:
    y = x
    k = 0
    while True:
        y = 0.5 * (y + 2.0 / y)
        if abs(y * y - 2.0) < 1e-3:
            return y * x
        k += 1
        if k == 3:
            return y - x


POINTS = [(1.2,), (30.0,)]
