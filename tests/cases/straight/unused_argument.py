"""An argument the result does not depend on has a zero derivative of its own kind."""


def f(x: float, y: float, z: float) -> float:
    dead = y * 3.0
    dead = dead + z
    return x * z


POINTS = [(0.7, 2.0, -1.5), (-0.4, 1.1, 0.3)]
