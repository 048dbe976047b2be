"""Printing in a loop and in a branch, before a break."""


def f(x: float, n: int) -> float:
    y = x
    for i in range(n):
        y = y * x + 0.2
        print("step", i)
        if y > 2.0:
            print("leaving with", y)
            break
    print("done")
    return y


POINTS = [(1.4, 6), (0.6, 2)]
