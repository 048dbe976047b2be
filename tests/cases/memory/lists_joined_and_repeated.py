"""Lists made of constants and active scalars, concatenated and repeated."""


def f(x: float, y: float) -> float:
    a = [x, y] + [x * y]
    b = [1.0, 2.0] * 2
    s = 0.0
    for i in range(3):
        s = s + a[i] * b[i + 1] * a[0]
    return s


POINTS = [(0.7, 1.3), (-0.4, 2.0)]
