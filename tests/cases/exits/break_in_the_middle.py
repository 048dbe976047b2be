"""A break between two stores of y: the reverse sweep enters at the exit that was taken."""


def f(x: float) -> float:
    y = x
    for i in range(10):
        y = y * x
        if y > 5:
            break
        y += x * x
    return y


POINTS = [(1.5,), (0.7,), (6.0,), (2.0,)]
