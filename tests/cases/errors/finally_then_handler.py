"""A finally stores while an error is on its way to an outer handler; reverse mode may refuse that."""

MAY_REFUSE = True


def f(x: float) -> float:
    log = [1.0]
    for k in (1, 0, 2):
        try:
            try:
                y = x / k
            finally:
                log.append(x * x)
            x = y * y
        except ZeroDivisionError:
            x = 3.0 * x
    return x * log[1] * log[2] * log[3]


POINTS = [(1.3,), (-0.8,)]
