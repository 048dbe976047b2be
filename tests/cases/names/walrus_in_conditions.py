"""Assignment expressions in conditions, in operands that may not be evaluated, and in conditional expressions."""


def f(x: float, n: int) -> float:
    s = 0.0
    u = 1.0
    for i in range(n):
        if (t := x * i) > 2.0 or (u := t * x) > 1.0:
            s = s + t * u
        else:
            s = s + u
    z = (q := x * s) + q * q
    y = (s := s * x) if n > 3 else 2.0 * x
    return y * z + s * u


POINTS = [(1.3, 5), (0.6, 3), (0.9, 0)]
