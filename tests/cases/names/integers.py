"""Integer arithmetic has no derivative; casts cut it; an integer never truncates an adjoint."""

import math


def f(x: float, n: int, k: int) -> float:
    half = n // 2
    rest = n % 3
    q, r = divmod(n, k)
    steps = int(x * 10.0)
    near = round(x, 1) + round(x)
    flag = bool(n)
    y = x * half + q * x * x + (r - rest) * x + steps * math.sin(x) + near * x
    y = y * (n or 3) + float(n) * x * flag + (not flag) * x
    return y / (k if 0 < n < 5 else k + 1)


POINTS = [(1.33, 4, 3), (0.52, 0, 2), (0.77, 7, 4)]
