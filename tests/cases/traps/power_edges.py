"""x**0 and 0**y: derivatives at the edges by convention."""


def f(x: float, n: int) -> float:
    return x ** n + 2.0 * x


POINTS = [(0.7, 2), (-0.4, 0)]
EDGES = [((0.0, 0), (2.0,)), ((0.0, 1), (3.0,)), ((0.0, 2), (2.0,))]
