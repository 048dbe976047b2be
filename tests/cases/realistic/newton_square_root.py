"""Newton's iteration until it has converged: the derivative of the root comes from the iterations."""


def f(a: float, start: float) -> float:
    x = start
    for _ in range(50):
        step = (x * x - a) / (2.0 * x)
        x = x - step
        if abs(step) < 1e-3:
            break
    return x


POINTS = [(2.0, 1.0), (7.5, 2.0)]
