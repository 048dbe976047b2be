"""Names that one path leaves unset: reading them there is an error in the derivative too."""


def f(x: float, n: int) -> float:
    if n > 0:
        y = x * x
    z = 2.0 * x
    if n != -1:
        z = z + 3.0 * y
    if n > 2:
        w = z
    elif 0 < n < 2:
        w = z * z
    return z * w


POINTS = [(1.3, 1), (0.4, 3)]
ERRORS = [(1.3, 0), (1.3, -1), (1.3, 2), (1.3, -2)]
