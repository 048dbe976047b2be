"""A branch on None and on a string decides the formula."""


def f(x: float, mode: str, shift: object) -> float:
    if shift is not None:
        x = x + 2.0
    if mode == "cube":
        y = x ** 3
    else:
        y = x ** 2
    return y * x


POINTS = [(0.7, "cube", None), (1.5, "square", 1), (-0.5, "cube", 1)]
WRT = ("x",)
