"""continue in a while loop, after the counter has moved."""


def f(x: float, n: int) -> float:
    y = x
    i = 0
    while i < n:
        i += 1
        if i == 2:
            continue
        y = y * x + i
    return y


POINTS = [(0.8, 4), (1.1, 1), (1.1, 0)]
