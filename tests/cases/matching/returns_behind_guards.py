"""Every case returns, one of them behind a guard: there is no path without a value."""


def f(x: float, k: int) -> float:
    match k:
        case 1:
            return x * 2.0
        case int(v) if v > 2:
            return v * x * x
        case _:
            return x * x * x


POINTS = [(1.3, 1), (2.7, 2), (0.7, 3)]
