"""An upper bound is not a trip count: nothing of size 10**12 is allocated."""


def f(x: float) -> float:
    y = 1.0
    for i in range(10 ** 12):
        y = y * x + 0.5
        if y > 100.0:
            break
    return y


POINTS = [(1.5,), (2.2,)]
