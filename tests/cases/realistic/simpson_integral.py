"""Simpson's rule over an integrand that is a helper function; the bounds are differentiated too."""
from math import exp, sin


def integrand(t: float, k: float) -> float:
    return exp(-k * t) * sin(t)


def f(a: float, b: float, k: float, n: int) -> float:
    h = (b - a) / n
    total = integrand(a, k) + integrand(b, k)
    for i in range(1, n):
        weight = 4.0 if i % 2 == 1 else 2.0
        total += weight * integrand(a + i * h, k)
    return total * h / 3.0


POINTS = [(0.2, 1.7, 0.8, 6), (-0.5, 0.5, 1.4, 2)]
