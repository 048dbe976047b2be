"""A lock of the module is held while the forward sweep is in its region, and is free after an error."""

import threading

LOCK = threading.Lock()


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        with LOCK:
            y = y * x
            if y > 9.0:
                raise OverflowError(i)
    return y * x


POINTS = [(1.3, 3), (0.3, 2)]
ERRORS = [(2.9, 5)]
IN_PROCESS_ONLY = True
