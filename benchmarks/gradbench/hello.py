"""Hello: the square of a number, and its derivative."""

import s2sad
from benchmarks.gradbench.protocol import Function


def square(x: float) -> float:
    return x * x


double = s2sad.grad(square)


def number(given):
    return (float(given),)


FUNCTIONS = {"square": Function(number, square, float), "double": Function(number, double, float)}
