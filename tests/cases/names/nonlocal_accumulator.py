"""An inner function that rebinds variables of the function around it: called in a loop, and by another one."""

import math


def f(x: float, n: int) -> float:
    total = 0.0
    count = 0

    def add(v: float) -> float:
        nonlocal total, count
        total = total + v * x
        count += 1
        return math.sin(v)

    def add_twice(v: float) -> None:
        add(v)
        add(v * x)

    y = x
    for i in range(n):
        y = add(y) + 0.1
        if i % 2 == 1:
            add_twice(y)
    return total * y + (add(x) if n > 2 else x) * count + total


POINTS = [(1.3, 4), (0.7, 2), (0.9, 0)]
