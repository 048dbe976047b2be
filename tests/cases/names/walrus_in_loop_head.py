"""An assignment expression in the head of a while loop, with continue and else."""


def f(x: float, n: int) -> float:
    t = x
    k = 0
    while (err := t * t - 2.0) * err > 1e-3:
        k += 1
        if k == 2:
            t = t + 0.1 * x
            continue
        t = 0.5 * (t + 2.0 / t)
        if k > n:
            break
    else:
        t = t + err * x
    return t * err + x


POINTS = [(1.3, 9), (3.0, 2), (1.41, 3)]
