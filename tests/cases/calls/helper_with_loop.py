"""A helper with a loop, called in a loop."""


def horner_step(acc: float, x: float, times: int) -> float:
    for k in range(times):
        acc = acc * x + k
    return acc


def f(x: float, n: int) -> float:
    y = 1.0
    for i in range(n):
        y = horner_step(y, x, i) * 0.5
    return y


POINTS = [(0.7, 4), (1.3, 3)]
