"""Three small functions to differentiate from the command line.

    s2sad grad examples/quickstart.py:f          # the derivative, printed
    s2sad grad examples/quickstart.py -o quickstart_grad.py

This file does not know of s2sad; the command line tool reads it and never runs it.
"""

from math import sin

import numpy as np


def f(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r


def square_root(a: float) -> float:
    """Newton's iteration, left as soon as it has converged."""
    x = a
    for _ in range(100):
        x_next = 0.5 * (x + a / x)
        if abs(x_next - x) < 1e-12:
            return x_next
        x = x_next
    return x


def misfit(slope: float, intercept: float, x: np.ndarray, y: np.ndarray) -> float:
    residual = slope * x + intercept - y
    return np.mean(residual ** 2)


def main() -> None:
    x = np.linspace(0.0, 1.0, 5)
    print(f"f(2, 5)             = {f(2.0, 5.0):.6f}")
    print(f"square_root(2)      = {square_root(2.0):.6f}")
    print(f"misfit(2, 1, x, 3x) = {misfit(2.0, 1.0, x, 3.0 * x):.6f}")


if __name__ == "__main__":
    main()
