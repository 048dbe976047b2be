"""Handlers that raise: the same error, another one from it; errors of helpers; nested tries."""

import math


def root(x: float, n: int) -> float:
    if n > 9:
        raise KeyError(n)
    try:
        return math.sqrt(x) / n
    except ZeroDivisionError as error:
        raise ValueError(f"n = {n}") from error


def f(x: float, n: int) -> float:
    try:
        try:
            y = root(x, n)
        except KeyError:
            if x > 1.0:
                raise
            y = x * 2.0
        z = y * x
    except ValueError as error:
        if x < 0.0:
            raise RuntimeError("root failed") from error
        z = x * x
    return z * x


# The parts of nested tries are more than the second reading can follow: it refuses.
POINTS = [(1.3, 4), (0.3, 0), (0.4, 12)]
ERRORS = [(-1.0, 4), (1.3, 12)]
