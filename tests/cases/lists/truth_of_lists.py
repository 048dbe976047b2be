"""A list is a condition, and is another one by the time that the reverse sweep comes back."""
import numpy as np


def f(x: np.ndarray) -> float:
    stack = [x[0], x[1]]
    done = []
    z = x[2]
    if stack:
        z = z * stack.pop()
    for k in range(6):
        if stack and not done:
            done.append(stack.pop() * x[3])
        elif done:
            t = done.pop() + k
            z += t * t
            stack.append(t * x[1])
    row = []
    for k in range(3):
        row.append(row[-1] * x[k] if row else 1.0 + x[0])
    work = [3.0 * x[1], x[0], x[2] * x[3]]
    while work and (v := work.pop()) < 2.0:
        z += v * v
    groups = [[1, 2], [3]]
    while groups and groups[-1]:
        z = z * x[0] + groups[-1].pop()
        if not groups[-1]:
            groups.pop()
    return z + row[-1]


SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.3, 0.7, 1.1, 0.4]),), (np.array([0.9, 0.8, 1.3, 0.7]),)]
