"""A recursive inner function that rebinds a variable of the function around it."""


def f(x: float, n: int) -> float:
    s = 0.0

    def descend(k: int) -> float:
        nonlocal s
        if k == 0:
            return x
        s = s + x * k
        return descend(k - 1) * x

    r = descend(n) + descend(2)
    return r * s


# The saved tuples of a recursion nest without end, so what is in them is unknown to the second derivative.
POINTS = [(1.3, 3), (0.7, 0)]
