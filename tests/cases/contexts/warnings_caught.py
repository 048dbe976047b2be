"""A context without a value is entered once, in the forward sweep."""

import warnings


def f(x: float, n: int) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if x > 1.0:
            warnings.warn(f"large: {x}", stacklevel=2)
        y = x * x
        for _ in range(n):
            y = y * x + 1.0
    return y * x


POINTS = [(1.3, 3), (0.3, 2)]
