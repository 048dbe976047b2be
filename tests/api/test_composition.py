"""The laws of composition, linear maps, and what counts as a constant."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import s2sad
from s2sad import compose, grad, jvp, linearize, stop_gradient, value_and_grad


def negated(x: float) -> float:
    return x * -1


def exponential(x: float) -> float:
    return math.exp(x)


def one_more(x: float) -> float:
    return x + 1


def reciprocal(x: float) -> float:
    return 1 / x


def bent(x: float) -> float:
    return x * x + 0.5 if x > 0.0 else math.cos(x) + 1.0


FUNCTIONS = [negated, exponential, one_more, bent, math.sin]
MADE: dict[tuple[Any, ...], Callable[[float], tuple[float, float]]] = {}


def slope(*functions: Any) -> Callable[[float], tuple[float, float]]:
    """Value and derivative of a composition, made once."""
    if functions not in MADE:
        MADE[functions] = value_and_grad(compose(*functions))
    return MADE[functions]


def test_sigmoid() -> None:
    sigmoid = compose(reciprocal, one_more, exponential, negated)
    assert sigmoid(0.0) == 0.5 and value_and_grad(sigmoid)(0.0) == (0.5, 0.25)
    assert "exp(x * -1)" in grad(sigmoid).source


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(FUNCTIONS[:4]), st.sampled_from(FUNCTIONS[:4]), st.floats(-1.5, 1.5))
def test_chain_rule(f: Any, g: Any, x: float) -> None:
    inner, by_inner = slope(g)(x)
    value, by_value = slope(f)(inner)
    assert slope(f, g)(x) == pytest.approx((value, by_value * by_inner), rel=1e-13)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(FUNCTIONS[:4]), st.sampled_from(FUNCTIONS[:2]), st.sampled_from(FUNCTIONS[2:4]),
       st.floats(-1.0, 1.0))
def test_associativity_and_identity(f: Any, g: Any, h: Any, x: float) -> None:
    expected = slope(f, g, h)(x)
    identity = compose()
    for other in (compose(compose(f, g), h), compose(f, compose(g, h)), compose(identity, f, g, identity, h)):
        assert other(x) == expected[0]
        assert jvp(other)(x, 1.0) == pytest.approx(expected, rel=1e-13)


def test_parameters_of_the_last_function() -> None:
    def scaled(x: float, k: float = 2.0, *, shift: float = 1.0) -> float:
        return k * x + shift

    made = compose(exponential, scaled)
    assert made(0.5) == math.exp(2.0) and grad(made, "shift")(0.5, shift=0.0) == pytest.approx(math.exp(1.0))
    with pytest.raises(TypeError, match="any number of arguments"):
        compose(exponential, lambda *args: args[0])


def test_linearize() -> None:
    x = np.array([1.0, 2.0])

    def f(v: Any) -> Any:
        return v * v[0]

    value, linear = linearize(f, x)
    x[:] = 7.0
    assert np.array_equal(value, [1.0, 2.0])
    assert np.array_equal(linear(np.array([1.0, 0.0])), [2.0, 2.0])
    assert np.allclose(linear(np.array([2.0, 3.0])), 2.0 * linear(np.array([1.0, 0.0])) + 3.0 * linear(
        np.array([0.0, 1.0])))


def test_stop_gradient(tmp_path: Any) -> None:
    def f(x: float) -> float:
        return x * x * s2sad.stop_gradient(x)

    assert stop_gradient(2.0) == 2.0
    assert grad(f)(2.0) == 8.0 and jvp(f)(2.0, 1.0) == (8.0, 8.0) and grad(grad(f))(2.0) == 4.0
    values = np.array([1.0, 2.0])
    assert not np.shares_memory(stop_gradient(values), values)
    assert np.array_equal(grad(lambda v: np.sum(stop_gradient(v) * v))(values), values)
    path = tmp_path / "model.py"
    path.write_text("from s2sad import stop_gradient\n\n\ndef f(x: float) -> float:\n    return x * stop_gradient(x)\n")
    again = tmp_path / "f_grad.py"
    again.write_text(s2sad.generate(path, ["f"]))
    assert "import s2sad" not in again.read_text()
    scope: dict[str, Any] = {}
    exec(s2sad.generate(again, ["f_grad"]), scope)
    assert scope["f_grad_grad"](3.0) == 0.0
