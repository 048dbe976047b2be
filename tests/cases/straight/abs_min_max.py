"""abs, min, max of two and of three, away from their ties."""


def f(x: float, y: float, z: float) -> float:
    a = abs(x - y) * z
    b = max(x, y * z) + min(x * x, y, z)
    return a + b * abs(z)


POINTS = [(0.5, 1.4, -0.6), (1.7, -0.3, 2.2)]
