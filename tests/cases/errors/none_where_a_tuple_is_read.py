"""Reading an item of None raises what the function raises, and a handler sees it."""


def f(x: float) -> float:
    r = (x, 2.0)
    if x < 1.0:
        r = None
    total = x
    s = None
    for _ in range(3):
        try:
            total += s[0] * s[1]
        except TypeError:
            total += x
        s = (total, x) if total < 4.0 else None
    if x < 0.5 or x > 3.0:
        for v in r:
            total += v
    if x < 0.7 or x > 2.0:
        return total * r[0]
    a, b = r
    return total * a * b


POINTS = [(1.3,), (2.5,), (3.3,)]
ERRORS = [(0.3,), (0.6,), (0.8,)]
