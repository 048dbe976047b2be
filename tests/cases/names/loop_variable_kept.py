"""A loop variable that had a value before the loop keeps it where the loop does not run."""


def f(x: float, n: int) -> float:
    i = 7
    t = x
    for i, t in enumerate([x, x * x, x * x * x]):
        if i == n:
            break
    for i in range(n - 2):
        t = t * x
    return t * i


POINTS = [(0.7, 1), (1.2, 0), (1.3, 5)]
