"""`match` in a loop, with break and continue in its cases, and in a helper that returns from them."""


def step(y: float, x: float, code: int) -> float:
    match code % 4:
        case 0:
            return y * x
        case 1:
            y = y + x
        case 3 if y > 1.0:
            y = y * y
    return y - 0.1 * x


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        match i:
            case 2:
                continue
            case 5 | 6:
                y = y * 0.5
                break
            case other:
                y = y + 0.01 * other * x
        y = step(y, x, i)
    else:
        y = y * x
    return y


POINTS = [(1.3, 4), (0.7, 9), (0.9, 0)]
