"""A while loop in a for loop: halving until small."""


def f(x: float, n: int) -> float:
    total = 0.0
    for i in range(1, n):
        t = x * i
        while t > 1.0:
            t = t * 0.5 + 0.1 * x * t
        total = total + t * t
    return total


POINTS = [(0.7, 5), (0.95, 4)]
