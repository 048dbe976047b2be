"""and, or, not; a flag kept in a variable and used twice."""


def f(x: float, y: float) -> float:
    inside = x > 0.0 and y > 0.0
    far = not (x * x + y * y < 1.0 or x < 0.1)
    if inside and not far:
        r = x * y
    elif far:
        r = x * x * y
    else:
        r = y - x
    if inside:
        r = r * x
    return r


POINTS = [(0.4, 0.5), (1.4, 1.5), (0.3, -0.4), (1.2, -0.4)]
