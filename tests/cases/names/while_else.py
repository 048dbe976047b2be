"""The `else` of while loops, nested, with continue and return in it."""


def f(x: float, n: int) -> float:
    s = x
    i = 0
    while i < n:
        i += 1
        j = 0
        while j < i:
            j += 1
            if j * x > 3.0:
                s = s + x
                break
            s = s + x * j
        else:
            s = s * x
            continue
        if s > 40.0:
            break
        s = s + 1.0 / x
    else:
        return s * x
    return s / x


POINTS = [(1.3, 4), (0.7, 3), (2.5, 6), (1.1, 0), (1.6, 9), (2.9, 9)]
