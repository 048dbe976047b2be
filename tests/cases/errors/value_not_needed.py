"""The value that is tested before the raise is not needed by the gradient: it is computed all the same."""


def checked(y: float) -> float:
    if y * y < 1.0:
        raise ArithmeticError("small")
    return y


def f(x: float, n: int) -> float:
    y = checked(3.0 * x)
    total = 0.0
    for k in range(n):
        total += k * y
        if total > 50.0:
            raise RuntimeError(f"{k} terms")
    return y


POINTS = [(1.3, 4), (0.7, 2)]
ERRORS = [(0.2, 4), (9.0, 7)]
