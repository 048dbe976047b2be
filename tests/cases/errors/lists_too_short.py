"""What Python raises for lists that are too short, the derivative raises too."""


def f(x: float, n: int) -> float:
    items = [x * k for k in range(n)]
    first, *rest, last = items
    best = min(rest)
    third = items.pop(2)
    items.remove(0.0)
    return first + best * last * third + items[0] * x


POINTS = [(0.7, 4), (1.2, 5)]
ERRORS = [(0.7, 0), (0.7, 1), (0.7, 2)]
