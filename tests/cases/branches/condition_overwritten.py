"""The condition's operands are overwritten inside the branch, so the reverse sweep cannot look at them again."""


def f(x: float, y: float) -> float:
    if x > y:
        x = x * y
        y = y - 4.0 * x
    else:
        y = y * y
        x = x + 3.0 * y
    return x * y


POINTS = [(1.2, 0.4), (0.3, 0.9)]
