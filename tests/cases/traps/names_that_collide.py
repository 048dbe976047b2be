"""The user's names are the generated names: x_bar, y_dot, w0, f_reverse."""
from math import sin


def f_reverse(w0: float) -> float:
    return w0 * 3.0


def f(x: float, x_bar: float, w0: float) -> float:
    y_dot = f_reverse(x) * x_bar
    w1 = sin(y_dot) * w0
    r_bar = w1 + x_bar
    y_saved = r_bar * w0
    return y_saved


POINTS = [(0.7, 0.4, 1.1), (-0.4, 1.3, 0.6)]
