"""Derivatives called inside functions that are differentiated: what is refused, checked, saved; `grad` of `grad`."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sad
from s2sad import grad, jvp, vjp


def square(v: Any) -> Any:
    return v * v


def tower(x: float) -> float:
    return x * grad(tower)(x)


def without_seed(x: float) -> float:
    return np.sum(vjp(square)(np.array([x, 1.0]))[1])


def gradient_of_an_array(x: float) -> float:
    return np.sum(grad(square)(np.array([x, 1.0])))


def by_a_flag(x: float) -> float:
    return grad(lambda u: u * x)(True)


@pytest.mark.parametrize(("function", "message"), [
    (tower, "a derivative of 'tower' needs a derivative of it itself"),
    (without_seed, "the vjp of 'square' needs a seed"),
    (gradient_of_an_array, "only a scalar has a gradient"),
    (by_a_flag, "'u' is a bool, which has no derivative"),
])
def test_refused_where_it_is_asked_for(function: Callable[[float], float], message: str) -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match=message) as caught:
        grad(function)(1.0)
    assert caught.value.loc is not None and caught.value.hint


def short_seed(x: float) -> float:
    return np.sum(vjp(square)(np.array([x, 1.0]), np.ones(1))[1])


def number_as_tangent(x: float) -> float:
    return np.sum(jvp(square)(np.array([x, 1.0]), x)[1])


@pytest.mark.parametrize("function", [short_seed, number_as_tangent])
def test_tangents_and_seeds_have_the_shape_of_what_they_belong_to(function: Callable[[float], float]) -> None:
    for derivative in (function, grad(function)):
        with pytest.raises(ValueError, match="has the shape"):
            derivative(1.0)


def cubic(t: float, k: float = 2.0) -> float:
    return k * t**3


def test_derivatives_of_derivatives() -> None:
    assert grad(grad(grad(cubic)))(0.5, 3.0) == pytest.approx(18.0)
    assert grad(grad(cubic, "k"))(0.5) == pytest.approx(3 * 0.5**2)
    value, tangent = jvp(grad(cubic))(0.5, 3.0, 2.0)
    assert (value, tangent) == pytest.approx((9 * 0.25, 2.0 * 18 * 0.5))
    value, bar = vjp(jvp(cubic), wrt="t_dot")(0.5, 3.0, 2.0, (0.0, 1.0))
    assert bar == pytest.approx(9 * 0.25)


def test_outliving_the_process(tmp_path: Path) -> None:
    second = grad(grad(cubic))
    again = pickle.loads(pickle.dumps(second))
    assert again(0.5, 3.0) == second(0.5, 3.0) == pytest.approx(9.0)
    second.save(tmp_path / "second.py")
    scope: dict[str, Any] = {}
    exec((tmp_path / "second.py").read_text(), scope)
    assert scope[second.__name__](0.5, 3.0) == second(0.5, 3.0)
    assert "s2sad" not in "".join(line for line in second.source.splitlines() if "import" in line)


def test_a_derivative_under_a_name_that_changes() -> None:
    def outer(x: float) -> float:
        return derivative(x) * x

    derivative: Any = grad(math.sin if False else cubic)
    by_outer = grad(outer)
    assert by_outer(0.5) == pytest.approx(3 * 6 * 0.25)
    derivative = grad(lambda t: t * t)
    assert by_outer(0.5) == pytest.approx(4 * 0.5)


def test_integers_are_numbers_to_differentiate_by(tmp_path: Path) -> None:
    (tmp_path / "counted.py").write_text("def f(n: int, x: float) -> float:\n    return n * n * x\n")
    scope: dict[str, Any] = {}
    exec(s2sad.generate(tmp_path / "counted.py", ["f"], "grad", wrt="n"), scope)
    assert scope["f_grad_n"](3, 2.0) == 12.0


def rows(x: np.ndarray) -> float:
    triangle = []
    for i in range(len(x)):
        triangle.append([x[j] * x[i] * j for j in range(i + 1)])
    return sum(v * v for row in triangle for v in row)


def blocks(x: np.ndarray) -> float:
    return np.sum(np.kron(np.outer(x, x), np.outer(x, x)[:1]) ** 2)


@pytest.mark.parametrize("function", [rows, blocks])
def test_hessian_times_a_vector(function: Callable[[np.ndarray], float]) -> None:
    """Forward over reverse: lists of lists that the reverse sweep adds to, and what it calls."""
    x, v = np.array([0.7, -0.3, 1.2]), np.array([0.4, 1.0, -0.2])
    gradient, step = grad(function), 1e-5
    expected = (gradient(x + step * v) - gradient(x - step * v)) / (2 * step)
    np.testing.assert_allclose(jvp(gradient)(x, v)[1], expected, rtol=1e-7)
