"""Lists of tuples that are joined, inserted into, swapped, reversed, sorted; and one that is made in a branch."""
import numpy as np


def f(x: np.ndarray) -> float:
    pairs = [(v, v * v) for v in x] + [(x[0], x[1])]
    pairs.insert(1, (x[1], 2.0))
    first = pairs.pop(0)
    pairs[0], pairs[1] = pairs[1], pairs[0]
    pairs.reverse()
    best = max(pairs, key=lambda p: p[1])
    s = first[0] * first[1] * best[0]
    for a, b in pairs[1:]:
        s = s + a * b * b
    for k, (a, b) in enumerate(sorted(pairs, key=lambda p: p[0])):
        s = s + k * a * b
    if x[0] > 0.0:
        steps = [(x[0], x[1])]
    else:
        steps = [(x[1], 1.0)]
    for v in x:
        steps.append((v, steps[-1][0] * steps[-1][1]))
    a, b = steps.pop()
    steps[0] = (a, b * 2.0)
    return s + sum(u * w for u, w in steps) + a * b


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]),), (np.array([-2.0, 0.1]),)]
