"""A list of numbers as argument: read by index and in a loop, on two paths."""


def f(xs, y):
    total = 0.0
    for x in xs:
        total += x * x * y
    if len(xs) > 2:
        total *= xs[-1]
    return total * xs[0]


WRT = ("xs", "y")
SIGNATURE = "xs=list[float], y=float"
POINTS = [([1.5, 0.3], 2.0), ([1.5, 0.3, -0.4], 1.2)]
