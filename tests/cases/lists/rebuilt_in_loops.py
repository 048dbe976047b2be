"""Lists cut, joined and rebuilt in loops: rings, rows of Pascal's triangle, two lists that swap, a walk over a tree."""
import numpy as np


def ring(x, n):
    h = [0.0, x[0]]
    for i in range(n):
        h.append(h[-1] * x[i] + h[-2])
        h = h[1:]
    return h[0] * h[1]


def rebind(x, n):
    w = [x[0]]
    for i in range(n):
        w = w + [w[-1] * x[i]]
        w = [v * 1.1 for v in w]
        if len(w) > 3:
            w = w[2:]
    return sum(w)


def pascal(x, n):
    row = [1.0 * x[0]]
    for i in range(n):
        row = [row[0]] + [row[k]+row[k+1] * x[1] for k in range(len(row)-1)] + [row[-1]]
    return sum(v * v for v in row)


def carried(x, n):
    cur = list(x)
    new = [0.0] * len(x)
    for t in range(n):
        for i in range(1, len(x)-1):
            new[i] = cur[i] + 0.1 * (cur[i-1]-2 * cur[i]+cur[i+1])
        new[0] = cur[0]
        new[-1] = cur[-1]
        cur, new = new, cur
    return sum(v * v for v in cur)


def memo(x, n):
    f = [x[0], x[1]]
    while len(f) < n + 3:
        f.append(f[-1] * x[2] + f[-2])
    a = f.copy()
    a[0] = 2.0 * f[-1]
    return a[0] * f[0] + f[-1]


def trees(x):
    stack = [(0, 4)]
    s = 0.0
    while stack:
        a, b = stack.pop()
        if b - a == 1:
            s = s + x[a] * x[a] * s + x[a]
        else:
            m = (a+b)//2
            stack.append((a, m))
            stack.append((m, b))
    return s


def f(x: np.ndarray, n: int) -> float:
    return ring(x, n) + rebind(x, n) + pascal(x, n) + carried(x, n) + memo(x, n) + trees(x)


SIGNATURE = "x=float64[:], n=int"
POINTS = [(np.array([0.713, -0.337, 1.2171, 0.4339]), 3), (np.array([0.3, 1.2, -0.4, 0.8]), 0)]
