"""Errors of the user's own classes: raised by a helper, handled by their own name or their base's, raised on."""

import math


class OutOfRange(ValueError):
    """A value that the model does not cover."""


class TooSmall(OutOfRange):
    pass


def checked(x: float, n: int) -> float:
    if x < 0.1 * n:
        raise TooSmall(f"{n} is too much")
    if n > 5:
        raise OutOfRange
    return math.sqrt(x) / n


def f(x: float, n: int) -> float:
    y = x
    try:
        y = checked(x, n)
        z = y * x
    except TooSmall as error:
        z = x * len(str(error))
    except (OutOfRange, KeyError):
        if x > 2.0:
            raise
        z = x * x
    except ZeroDivisionError as error:
        raise OutOfRange("no steps") from error
    return z * y


POINTS = [(1.3, 4), (0.3, 4), (0.9, 6)]
ERRORS = [(1.3, 0), (2.5, 7)]
