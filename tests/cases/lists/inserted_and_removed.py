"""extend, insert, pop, del, remove, clear: at either end, in the middle, beyond the end, in loops that may not run."""
import numpy as np


def f(x: np.ndarray, n: int) -> float:
    items = []
    items.extend([x[0], x[1] * x[1]])
    items.extend(x)
    items.extend(v * v for v in x if v > 0.0)
    items.insert(0, x[2] * x[3])
    items.insert(-1, x[1] * x[3])
    items.insert(100, x[1] * x[0])
    for k in range(n):
        items.insert(k, items[k + 1] * items[k])
    a = items.pop(2)
    b = items.pop(-2)
    c = items.pop(0)
    del items[1]
    del items[-1]
    s = a * b * c
    for k in range(n):
        s = s * items.pop(0) + items.pop()
    items.append(3.0)
    items.insert(n, 4.0)
    items.remove(3.0)
    for k in range(len(items)):
        s = s + items[k] * (k + items.index(4.0))
    items += [x[0]]
    items *= 2
    s = s * items[-1] * items.count(4.0)
    items.clear()
    items.append(s)
    return items[0]


POINTS = [(np.array([0.7, -0.3, 1.2, 0.4]), 2), (np.array([0.7, 1.3, 0.2, 0.9]), 0)]
