"""The best pair so far, the first hit or None, the item before: None until the loop finds a tuple."""

from math import sin


class Record:
    def __init__(self):
        self.best = None
        self.hits = 0

    def offer(self, cost, k):
        if self.best is None or cost < self.best[0]:
            self.best = (cost, k)
            self.hits += 1


def first_above(values, limit):
    for i, v in enumerate(values):
        if v > limit:
            return i, v
    return None


def f(x: float) -> float:
    best = None
    record = Record()
    previous = None
    area = 0.0
    run = None
    for k in range(4):
        c = (x * k - 1.0) ** 2
        if best is None or c < best[0]:
            best = (c, (k, x))
        record.offer(c * x, k)
        current = (x * k, x + k)
        if previous:
            area += (current[0] - previous[0]) * (current[1] + previous[1]) / 2.0
        previous = current
        if sin(x * k) > 0.5:
            run = (x * k, x) if run is None else (run[0], x * k)
        elif run:
            run = None
    cost, (k, scale) = best
    hit = first_above([x, 2.0 * x, x * x], 3.0)
    total = -x if hit is None else (hit[0] + 1) * hit[1] * x
    node = (x, (x * x, (2.0, None)))
    while node is not None:
        v, node = node
        total += v * total
    return cost * k + scale + record.best[0] * record.hits + area + total + (run[1] if run is not None else 0.0)


POINTS = [(0.3,), (0.7,), (1.3,), (2.5,)]
