"""A name that is None on one path and a tuple on another: tests of None, truth, patterns and reads."""

from math import log


def split(t):
    if t > 2.0:
        return t, t * t
    return None


def scaled(x, scale=None):
    if scale is not None:
        x = x * scale[0]
    return x


def by_pattern(r, x):
    match r:
        case None:
            return 2.0 * x
        case (a, b):
            return a * b


def by_handler(x):
    try:
        r = (x, log(x - 2.0))
    except ValueError:
        r = None
    return x if r is None else x * r[1]


def f(x: float) -> float:
    r = None
    if x > 1.0:
        r = (x, x * x)
    n = 5.0 if r is None else 7.0
    state = {"ok": None}
    if x > 2.0:
        state["ok"] = (x, 1.0)
    if not state["ok"] or (r and r[0] > 3.0):
        n += x
    q = split(x)
    m = 2.0 * x if q == None else q[0] * q[1]  # noqa: E711
    a, b = split(2.0 * x) or (1.0, x)
    both = (q, split(x + 1.0))
    p, w = both
    if p is None and w is not None:
        m = m * w[1]
    last = sum(r) if r is not None else x
    return n * x + m + a * b + by_pattern(q, x) + by_handler(x) + scaled(x) + scaled(x, (x, 1.0)) + last


POINTS = [(0.7,), (1.3,), (2.5,), (3.4,)]
