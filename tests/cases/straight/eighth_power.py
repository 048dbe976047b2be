"""x = x*x three times: three multiplications, not seven."""


def f(x: float) -> float:
    x = x * x
    x = x * x
    x = x * x
    return x


POINTS = [(1.1,), (-0.9,)]
