"""Lists of tuples, dicts and named tuples built in loops, popped, sliced, stored into, and read back."""

import math
from typing import NamedTuple


class Event(NamedTuple):
    t: float
    w: float


def f(x: float, y: float, n: int):
    points = []
    log = {"events": [], "values": [x]}
    for i in range(n):
        points.append((x * i, math.sin(y + i)))
        if i % 2 == 0:
            log["events"].append(Event(t=x + i, w=y * i))
        log["values"].append(x * y)
    corners = [(x, (y, 1.0)), (x * x, (2.0, y))]
    total = 0.0
    for a, b in points[1:]:
        total += a * b
    for e in log["events"]:
        total += e.t * e.w
    u, (v, w) = corners[-1]
    states = [{"q": x, "p": y}]
    for i in range(n):
        last = states[-1]
        states.append({"q": last["q"] + 0.1 * last["p"], "p": last["p"] - 0.1 * last["q"]})
    if n > 2:
        points[0] = (y, y * y)
        final = states.pop()
        total += final["q"] * points[0][1]
    return total + u * v * w + states[len(states) - 1]["p"] * log["values"][-1] + len(points)


POINTS = [(0.7, 1.2, 4), (0.3, 0.4, 3), (1.1, 1.3, 0), (0.5, -0.2, 2)]
