"""list() and tuple() of lists, arrays and iterators: new lists, whose changes the old ones do not see."""
import numpy as np


def f(x: np.ndarray) -> float:
    values = list(x)
    longer = list(values)
    longer.append(x[0] * x[1])
    fixed = tuple(values)
    backwards = list(reversed(longer))
    pairs = list(zip(values, longer))
    numbered = list(enumerate(backwards))
    indices = list(range(len(values)))
    s = fixed[0] * fixed[1]
    for a, b in pairs:
        s = s + a * b
    for k, a in numbered:
        s = s + a * k
    for k in indices:
        s = s * values[k]
    values[0] = s
    return s * fixed[0] + values[0] * len(longer)


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([2.0, 0.1]),)]
