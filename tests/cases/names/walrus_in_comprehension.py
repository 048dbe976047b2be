"""Assignment expressions in comprehensions bind names of the function."""


def f(x: float, n: int) -> float:
    y = x
    i = n
    ys = [(y := y * x) for i in range(n) if i != 1]
    z = sum([(t := v * x) * t for v in ys])
    return y * z + sum(ys) + x * i


POINTS = [(1.3, 4), (0.7, 2), (0.9, 0)]
