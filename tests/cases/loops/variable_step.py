"""A step whose sign is known only at run time."""


def f(x: float, start: int, stop: int, step: int) -> float:
    y = x
    for i in range(start, stop, step):
        y = y * x + 0.1 * i
    return y


POINTS = [(0.7, 0, 7, 2), (1.1, 5, -2, -3), (0.9, 3, 3, 1)]
