"""A helper that returns from inside its loop, called twice with different exits."""


def climb(x: float, limit: float) -> float:
    y = x
    for i in range(20):
        y = y * 1.3 + 0.1
        if y > limit:
            return y * (i + 1)
    return y


def f(x: float, y: float) -> float:
    return climb(x, 3.0) * climb(y, 1e9)


POINTS = [(0.7, 0.4), (2.9, 0.1)]
