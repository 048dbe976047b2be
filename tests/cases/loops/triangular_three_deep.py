"""Three loops, two carried values, a branch in the innermost."""


def f(x: float, y: float, n: int) -> float:
    for i in range(n):
        for j in range(i, n):
            for k in range(j, i, -1):
                if (i + j + k) % 2 == 0:
                    x = x + 0.1 * x * y
                else:
                    y = y - 0.05 * x * k
    return x * y


POINTS = [(0.7, 0.4, 4), (1.1, -0.3, 3)]
