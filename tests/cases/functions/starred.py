"""Definitions and calls with * and **: collected, passed on, keyword-only, positional-only, defaults."""
from math import sin


def weighted(first, /, *rest, scale=1.0, **options):
    total = first * scale
    for k, value in enumerate(rest):
        total += value * (k + 1)
    if "shift" in options:
        total = total + options["shift"]
    return total * options.get("gain", 1.0)


def forward(g, *args, **kwargs):
    return g(*args, **kwargs) + g(*args)


def f(x: float, y: float, p: tuple[float, float]) -> float:
    pair = (x, y)
    r = weighted(x) + weighted(*pair, 3.0) + weighted(x, *pair, scale=y, shift=x * y)
    r += forward(weighted, x, *[y, 2.0], gain=x) + weighted(*p)
    r += forward(lambda s, t=2.0: sin(s) * t, x)
    return x * sum([*pair, r, 1.0]) + min(*pair)


POINTS = [(0.7, 0.4, (0.3, 0.5)), (-0.3, 1.2, (2.0, 1.0))]
WRT = ("x", "y")
