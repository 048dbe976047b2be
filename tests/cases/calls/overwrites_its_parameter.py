"""The helper overwrites its own parameter; the caller's variable stays."""


def shrink(t: float) -> float:
    t = t * t
    t += 1.0
    return 1.0 / t


def f(x: float) -> float:
    y = shrink(x)
    return y * x + shrink(y)


POINTS = [(0.7,), (-1.6,)]
