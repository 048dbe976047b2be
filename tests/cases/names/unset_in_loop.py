"""Names set in some iteration: read in a later one, in a nested loop, and after the loop."""


def f(x: float, first: int, n: int) -> float:
    s = 0.0
    for i in range(n):
        if i == first:
            t = x * x
        for k in range(i):
            s = s + t * k
    return s * t


POINTS = [(1.3, 0, 4), (0.7, 1, 3)]
ERRORS = [(1.3, 2, 4), (1.3, 0, 0), (1.3, 3, 2)]
