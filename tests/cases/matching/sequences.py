"""`match` on tuples: lengths, nested and starred patterns, names bound before a guard that fails."""


def f(x: float, y: float, n: int) -> float:
    match (x, (y, n)):
        case (a, (b, 0)):
            r = a * b
        case (a, (b, 1)) if a > b:
            r = a * a * b
        case (a, (b, k)) if k < 3:
            r = a + b * k
        case (a, _):
            r = a * a + b
    match [x, y, r]:
        case [first, second]:
            r = first * second  # never
        case [first, *_, last]:
            r = r + first * last
    return r


POINTS = [(1.3, 0.7, 0), (1.3, 0.7, 1), (0.4, 0.9, 1), (0.4, 0.9, 2), (0.4, 0.9, 5)]
