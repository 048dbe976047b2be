"""Lists of numbers with several names, changed on one path, in loops and through lists of lists."""


def exchanged(x, n):
    prev = [x, 1.0]
    cur = [0.0, 0.0]
    for _ in range(n):
        cur[0] = prev[1] * x
        cur[1] = prev[0] + 0.3 * cur[0]
        prev, cur = cur, prev
    return prev[0] * prev[1]


def nested(x, n):
    rows = [[x, 1.0], [2.0, x * x]]
    for i in range(n):
        row = rows[i % 2]
        row[0] = row[1] * x
        row.append(0.1 * row[0])
    last = rows[0]
    last[1] += x
    return sum(rows[0]) * sum(rows[1])


def f(x: float, n: int) -> float:
    a = [x, 2.0 * x]
    b = a if n > 2 else [x, x]
    b[0] = x * x
    b.append(a[0] * 3.0)
    c = a
    if n > 1:
        c = [x]
    c += [x * b[0]]
    c[0] *= x
    total = a[0] * b[1] + sum(b) + c[-1] * sum(a)
    return total + exchanged(x, n) + nested(x, n)


POINTS = [(0.7, 3), (1.1, 2), (0.4, 0), (0.9, 1)]
