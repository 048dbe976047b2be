"""A break leaves only the inner loop."""


def f(x: float, n: int) -> float:
    total = 0.0
    for i in range(n):
        t = x
        for j in range(n):
            t = t * x + 0.1
            if t > 2.0 + i:
                break
        total = total + t * (i + 1)
    return total


POINTS = [(1.3, 4), (0.6, 3), (3.3, 2)]
