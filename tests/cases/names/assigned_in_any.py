"""``:=`` in the generator of any() and all(): the name is that of the element that decided, or of the last one."""


def above(items, limit):
    if any((hit := v) > limit for v in items):
        return hit * limit
    return hit * hit


def low(items, limit):
    if not all((least := v * v) > 0.1 for v in items if v < limit):
        return least - limit
    return limit


def f(x: float) -> float:
    items = [x, 2.0, x * x]
    small = any((last := v) > 5.0 * x for v in items)
    return above(items, 1.5) + above(items, 3.0) * low(items, 4.0) + last * small


POINTS = [(1.3,), (2.5,), (0.2,)]
