"""Where a damped oscillator is after n steps: a function of several numbers, with a branch in a loop."""

from math import sin


def f(k: float, c: float, n: int) -> float:
    q, v = 1.0, 0.0
    for _ in range(n):
        force = -k * sin(q) - c * v
        if q < 0.0:
            force = 2.0 * force
        v = v + 0.1 * force
        q = q + 0.1 * v
    return q


MODES = ("hvp", "vhp", "hessian", "jacobian")
POINT = (1.3, 0.2, 25)
