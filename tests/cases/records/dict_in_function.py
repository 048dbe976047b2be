"""A dict filled, updated and read in loops and branches; two names for it; keys added before it is used."""

import math


def f(x: float, y: float, n: int):
    d = {"a": x, "b": y, "count": 0}
    alias = d
    for i in range(n):
        d["a"] = d["a"] * y + 0.1
        if d["a"] > 1.0:
            alias["b"] += math.sin(d["a"])
            d["count"] += 1
        else:
            d["a"] += 0.25 * x
    d["c"] = d["a"] * alias["b"]
    e = {**d, "a": 2.0, "z": d.get("missing", 3.0)}
    e.update({"b": x * y})
    d["c"] *= 1.5
    total = 0.0
    for key, value in e.items():
        if key != "count":
            total += value * value
    if "c" in d and "q" not in d:
        total += d["c"] * len(d)
    return total + alias["count"]


POINTS = [(0.7, 1.2, 4), (0.3, 0.4, 3), (1.1, 1.3, 0)]
