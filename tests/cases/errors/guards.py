"""Explicit raises: guards, a raise from another, an error whose message is computed, in a chain of branches."""

import math


def f(x: float, n: int) -> float:
    if x < 0.0:
        raise ValueError(f"negative: {x:.3f}")
    if n > 6:
        raise OverflowError from KeyError("n")
    if n == 4:
        y = x * x
    elif n == 1:
        y = math.sin(x)
    else:
        raise ValueError("bad n", n) from None
    return 3.0 * x + y


POINTS = [(1.3, 4), (0.2, 1)]
ERRORS = [(-0.3, 4), (0.2, 7), (0.5, 2)]
