"""A name that a loop or branch binds to a list made of the old one: scaling, Neville's scheme, elimination on rows."""


def scaled(x):
    items = [x, 2.0, 3.0]
    for k in range(3):
        items = [p * x for p in items]
        longer = []
        for p in items:
            longer.append(p + k * x)
        items = longer
    if x > 0:
        items = [p * x for p in items]
    return sum(items)


def neville(t):
    xs = [0.0, 1.0, 2.0, 4.0]
    table = [t, 2.0, 3.0, t * t]
    step = 0
    while len(table) > 1:
        step += 1
        table = [((t - xs[i + step]) * a + (xs[i] - t) * b) / (xs[i] - xs[i + step])
                 for i, a, b in zip(range(4), table, table[1:])]
    return table[0]


def solved(x):
    rows = [[4.0, x, 1.0], [x * x, 5.0, 2.0], [1.0, x, 6.0]]
    b = [x, 2.0, 3.0]
    for i in range(3):
        for r in range(i + 1, 3):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [u - factor * v for u, v in zip(rows[r], rows[i])]
            b[r] -= factor * b[i]
    solution = [0.0] * 3
    for i in reversed(range(3)):
        solution[i] = (b[i] - sum(rows[i][j] * solution[j] for j in range(i + 1, 3))) / rows[i][i]
    return sum(solution)


def f(x: float) -> float:
    return scaled(x) + neville(x) * solved(x)


POINTS = [(1.3,), (-0.7,)]
