"""Lists in a list that grow by each other and by themselves, are reversed, taken out and sorted."""
import numpy as np


def f(x: np.ndarray) -> float:
    groups = [[] for _ in range(2)]
    for i, v in enumerate(x):
        groups[i % 2].append(v * v)
    groups[0].extend(groups[1])
    groups.reverse()
    taken = groups.pop()
    taken.sort(reverse=True)
    own = [x[0], x[1]]
    own.extend(own)
    own += own
    own.extend((x[2], 3.0))
    chosen = own if x[0] > 0.0 else [x[1]]
    chosen.append(x[2])
    s = sum(v * k for k, v in enumerate(own)) * (chosen or [1.0])[0]
    return s + taken[0] * taken[-1] + sum(sum(g) for g in groups) + len(taken)


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]),), (np.array([-0.3, 1.2, -0.4]),)]
