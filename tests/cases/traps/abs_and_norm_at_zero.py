"""abs(0) has derivative 0 by convention."""


def f(x: float) -> float:
    return abs(x) + 3.0 * x


POINTS = [(0.7,), (-0.4,)]
EDGES = [((0.0,), (3.0,))]
