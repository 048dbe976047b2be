"""Each appended item reads the one before."""


def f(x: float, n: int) -> float:
    ys = [x]
    for i in range(n):
        ys.append(ys[i] * ys[i] + 0.1 * x)
    return ys[-1] + ys[n // 2]


POINTS = [(0.7, 4), (0.9, 1)]
