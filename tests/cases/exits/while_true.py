"""while True, left by a break."""


def f(x: float) -> float:
    y = x
    while True:
        y = y * 1.5 + 0.1 * x
        if y > 7.0:
            break
        y = y - 0.2
    return y


POINTS = [(1.0,), (2.7,)]
