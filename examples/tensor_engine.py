"""A tensor engine's operators: (a*b + c)**d, and one layer sigmoid(W1 @ X + b1) with its adjoints.

Broadcasting is undone over every axis that was broadcast, dtypes are kept, and the derivative of a**b with
respect to b is there too: a**b * ln(a).
"""

from math import log

import numpy as np

import s2sad

W1 = np.array([[-0.5, 0.5], [1.827, 0.213], [-2.0, 2.0], [2.34, 0.657]])
B1 = np.array([[1.2]] * 4)
X = np.array([[-2.0], [0.122]])


def formula(a: float, b: float, c: float, d: float) -> float:
    return (a * b + c) ** d


def power(a: float, b: float) -> float:
    return a ** b


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def layer(W: np.ndarray, X: np.ndarray, b: np.ndarray) -> np.ndarray:
    return sigmoid(W @ X + b)


def by_hand() -> tuple[np.ndarray, np.ndarray]:
    """The chain rule, written out."""
    s = sigmoid(W1 @ X + B1)
    z_bar = s * (1.0 - s)
    return z_bar @ X.T, z_bar


def main() -> None:
    print(f"(a*b + c)**d at (10, 2, 4, 2) = {formula(10.0, 2.0, 4.0, 2.0):g}")
    gradient = s2sad.grad(formula, wrt=("a", "b", "c", "d"))
    print("its gradient:", ", ".join(f"{g:.6f}" for g in gradient(10.0, 2.0, 4.0, 2.0)))
    print(f"d(a**b)/db at (2, 3) = {s2sad.grad(power, wrt='b')(2.0, 3.0):.6f}, 8*ln(2) = {8 * log(2):.6f}")

    pullback = s2sad.vjp(layer, wrt=("W", "b"))
    value, (W_bar, b_bar) = pullback(W1, X, B1, np.ones((4, 1)))
    print("\nsigmoid(W1 @ X + b1) =", value.ravel())
    print("adjoint of W1, rounded:\n", np.round(W_bar, 2))
    print("adjoint of b1:\n", b_bar)
    for found, expected in zip((W_bar, b_bar), by_hand()):
        assert np.allclose(found, expected, rtol=1e-13)
    print("the chain rule by hand gives the same")
    print(pullback.source)


if __name__ == "__main__":
    main()
