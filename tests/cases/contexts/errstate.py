"""NumPy's error state: the mirrored statements stand under it too; in loops, with a break and a return inside."""

import numpy as np


def f(x: float, n: int) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(x + n) * x
        z = y * y / n if n > 0 else y
    s = 0.0
    for i in range(n):
        with np.errstate(all="ignore"):
            s = s * x + i
            if s > 3.0:
                break
            s = s + np.exp(x)
    with np.errstate(over="raise"), np.errstate(under="ignore"):
        if n == 1:
            return x * x
        s = s * 3.0
    return float(s * z)


POINTS = [(1.3, 4), (0.3, 2), (0.7, 1), (0.5, 0)]
