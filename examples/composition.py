"""Derivatives as composition: the chain rule on pairs, its laws, and the derivative of printing.

(f after g)' = (f' after g) * g', the identity is the unit, composition is associative. sigmoid is
reciprocal after add_1 after exp after multiply_by_minus_1. And a function that prints is differentiable: it
prints once per call, in its order, and the printing contributes nothing.
"""

from math import exp, isclose

import s2sad


def multiply_by_minus_1(x: float) -> float:
    return x * -1


def exponential(x: float) -> float:
    return exp(x)


def add_1(x: float) -> float:
    return x + 1


def reciprocal(x: float) -> float:
    return 1 / x


def identity(x: float) -> float:
    return x


def sigmoid(x: float) -> float:
    return reciprocal(add_1(exponential(multiply_by_minus_1(x))))


def talkative(x: float) -> float:
    print("squaring", x)
    y = x * x
    print("cubing", y)
    return y ** 3


def pair(f):
    """x, dx -> value and derivative: the chain rule for one function."""
    derivative = s2sad.value_and_grad(f)

    def step(x: float, dx: float) -> tuple[float, float]:
        value, slope = derivative(x)
        return value, slope * dx

    return step


def compose(f, g):
    return lambda x, dx: f(*g(x, dx))


def main() -> None:
    steps = [pair(f) for f in (reciprocal, add_1, exponential, multiply_by_minus_1)]
    left = compose(compose(compose(steps[0], steps[1]), steps[2]), steps[3])
    right = compose(steps[0], compose(steps[1], compose(steps[2], steps[3])))
    unit = compose(pair(identity), compose(left, pair(identity)))
    print("sigmoid at 0, composed of pairs: ", left(0.0, 1.0))
    for x in (-2.0, 0.0, 0.7):
        assert left(x, 1.0) == right(x, 1.0) == unit(x, 1.0)
        assert isclose(left(x, 1.0)[1], s2sad.grad(sigmoid)(x), rel_tol=1e-14)
    print("sigmoid at 0, differentiated whole:", s2sad.value_and_grad(sigmoid)(0.0))
    print(s2sad.grad(sigmoid).source)

    print("what is the derivative of printf?")
    value, slope = s2sad.value_and_grad(talkative)(2.0)
    print(f"value {value}, derivative {slope}")


if __name__ == "__main__":
    main()
