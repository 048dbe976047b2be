"""`match` on literals: numbers, strings, alternatives, a capture with a guard, None, True and False."""

import math


def f(x: float, n: int, how: object) -> float:
    match n:
        case 0:
            y = x
        case 1 | 2 | -1:
            y = x * x
        case k if k > 5:
            y = x * k
        case _:
            y = math.sin(x)
    match how:
        case None:
            return y
        case True:
            y = y * x
        case False:
            y = y * x * x
        case "square" | "twice" as word:
            y = y * y if word == "square" else 2.0 * y
    return y + x


POINTS = [(1.3, 0, None), (0.7, 1, True), (0.7, -1, False), (1.2, 7, "square"), (1.2, 4, "twice"), (1.1, 3, "none")]
WRT = ("x",)
