"""`while True` that only a return leaves, with a tuple."""


def power(a: float, b: float, n: int) -> tuple[float, float]:
    k = 0
    while True:
        k += 1
        if k > n:
            return a, b
        a = a * b


def f(a: float, b: float, n: int) -> float:
    p, q = power(a, b, n)
    return p * q


POINTS = [(1.1, 1.5, 3), (0.4, 0.7, 0)]
