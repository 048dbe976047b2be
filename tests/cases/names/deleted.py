"""`del` of names, on every path and on one only; a deleted name may be set again."""


def f(x: float, n: int) -> float:
    y = x * x
    z = y * x
    del y
    y = 3.0 * x
    if n < 1:
        del z
    for k in range(n):
        y = y * z + k
        if k == 3:
            del z
    return y * x


POINTS = [(1.3, 2), (0.8, 0), (0.7, 4)]
ERRORS = [(1.3, 5)]
