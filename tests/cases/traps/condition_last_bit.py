"""A condition that rounding decides: the reverse sweep repeats it as it was written, not as algebra would have it."""


def f(x: float, b: float, n: int) -> float:
    s = 0.0
    y = x
    limit = 0.3 * y * b
    for _ in range(n):
        s += y * y + limit * limit
        if y * (b * 0.3) > limit:  # equal but for the last bit
            v = y
            w = b
        else:
            v = b
            w = y
        s += v * w  # the same on both sides; what belongs to v and w is not
        y = y * 1.1 + x
        limit = 0.3 * y * b
    return s


POINTS = [(0.5, 0.7, 4), (0.7, 1.3, 5), (0.33, 0.9, 6)]
