"""The loop always returns; a range without iterations falls through to the last line."""


def f(x: float, n: int) -> float:
    for i in range(n):
        if i >= 2:
            return x ** 3
        x = x * 1.5
    return x * x


POINTS = [(0.9, 6), (0.9, 2), (0.9, 0)]
