"""Several guards, each with its own value."""


def f(x: float, lo: float, hi: float) -> float:
    if x <= lo:
        return lo * x
    if x >= hi:
        return hi * hi
    if hi - lo < 0.1:
        return x
    t = (x - lo) / (hi - lo)
    return t * t * (3.0 - 2.0 * t)


POINTS = [(-0.5, 0.2, 1.2), (1.5, 0.2, 1.2), (0.7, 0.2, 1.2), (0.7, 0.68, 0.72)]
