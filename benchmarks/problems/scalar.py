"""Scalar code: a straight line of statements, and loops with branches."""

from math import cos, exp, log, sin, sqrt


def straight_line(a: float, b: float, c: float) -> float:
    """Twenty statements of elementary functions."""
    u = a * sin(b) + c
    v = exp(-u * u) + b * c
    w = sqrt(1.0 + v * v) - a
    p = u * v - w / (1.0 + c * c)
    q = log(1.0 + p * p) + cos(u)
    r = q * w + a * b
    s = r / sqrt(1.0 + q * q)
    t = sin(s) * cos(r) + exp(-0.1 * s * s)
    d = t * t + u - v * w
    e = d / (2.0 + sin(d))
    g = e * p + q * t
    h = sqrt(2.0 + g * g) + log(3.0 + e * e)
    i = h * cos(g) - a * e
    j = i + b * exp(-0.01 * h * h)
    k = j * j / (1.0 + i * i)
    l = sin(k) + u * j  # noqa: E741
    m = l * k - s
    n = m / (1.0 + l * l)
    o = n * h + t
    return o + k * cos(n)


def wander(x: float, k: float, n: int) -> float:
    """A loop with a branch that is taken now and then."""
    y = x
    total = 0.0
    for _ in range(n):
        if y > 0.5:
            y = y - 0.1 * k * sin(y)
        else:
            y = y + 0.2 * k * cos(y)
        total += 0.001 * y * y
    return total


def newton(x: float, n: int) -> float:
    """Cube roots by Newton's method: a loop in a loop, which is left when it has converged."""
    total = 0.0
    for i in range(n):
        target = x + 0.001 * i
        root = 1.0
        while abs(root * root * root - target) > 1e-10 * target:
            root = root - (root * root * root - target) / (3.0 * root * root)
        total += root
    return total / n
