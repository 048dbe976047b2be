"""Powers: constant exponents, a constant base, and both variable."""


def f(x: float, y: float) -> float:
    a = x ** 2 + x ** 3 - x ** 0.5 + x ** -1
    b = 2.0 ** y
    c = x ** y
    return a * b + c ** x - pow(y, 4)


POINTS = [(1.3, 0.7), (0.6, 2.1)]
