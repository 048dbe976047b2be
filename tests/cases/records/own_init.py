"""Objects of a class with an __init__ of its own, made in the function, changed by its methods."""

import math


class Filter:
    def __init__(self, gain, start=0.5):
        self.gain = gain
        self.state = start * gain
        self.seen = 0

    def push(self, value):
        self.state = self.state + self.gain * math.sin(value - self.state)
        self.seen += 1
        return self.state


def f(x: float, g: float, n: int):
    slow = Filter(g)
    fast = Filter(0.9, start=x)
    total = 0.0
    for i in range(n):
        total += slow.push(x * i) * fast.push(total)
        if fast.seen > 3:
            break
    return total + slow.state * fast.gain + fast.seen


POINTS = [(0.7, 0.2, 6), (0.3, 0.4, 2), (1.1, 0.3, 0)]
