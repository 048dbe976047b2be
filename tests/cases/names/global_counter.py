"""Variables of the module that are rebound: a counter, and the last value, which nobody reads."""

CALLS = 0
SCALE = 2.0


def counted(v: float) -> float:
    global CALLS
    CALLS += 1
    return v * v * SCALE


def f(x: float, n: int) -> float:
    global LAST
    y = x
    for _ in range(n):
        y = y * x + counted(y) if y < 3.0 else y * 0.5
    LAST = y
    return LAST * x


POINTS = [(1.3, 3), (0.3, 2)]
IN_PROCESS_ONLY = True
