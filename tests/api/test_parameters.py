"""Parameters of the function that is differentiated: ``*args``, keyword-only, with functions or arrays as defaults."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from math import sin
from typing import Any

import numpy as np
import pytest

import s2sad


def series(x: float, *xs: float, k: float = 2.0) -> float:
    r = x
    for i, v in enumerate(xs):
        r = r * k + v * v * (i + 1)
    return r + sum(xs)


def product(*v: Any) -> float:
    return v[0] * v[1] + np.sum(v[2])


def named(*, a: float, b: float = 2.0) -> float:
    return a * b * b


WEIGHTS = np.arange(3.0)


def activated(x: np.ndarray, w: np.ndarray = WEIGHTS, act: Callable[[Any], Any] = np.tanh) -> float:
    return np.sum(w * act(x))


def model(a: float, b: float, x: float, *, k: float = 2.0) -> float:
    return a * x ** 2 + sin(b * x) * k


def slope(f: Callable[..., Any], args: tuple[float, ...], place: int, h: float = 1e-6, **options: Any) -> float:
    up, down = list(args), list(args)
    up[place] += h
    down[place] -= h
    return (f(*up, **options) - f(*down, **options)) / (2 * h)


def test_starred_parameters() -> None:
    args = (0.3, 0.5, 0.7)
    for options in ({}, {"k": 3.0}):
        expected = [slope(series, args, place, **options) for place in range(3)]
        of_x, of_xs = s2sad.grad(series, wrt=("x", "xs"))(*args, **options)
        assert (of_x, *of_xs) == pytest.approx(expected)
        value, tangent = s2sad.jvp(series, wrt=("x", "xs"))(*args, **options, x_dot=1.0, xs_dot=(0.5, 0.2))
        assert value == pytest.approx(series(*args, **options))
        assert tangent == pytest.approx(np.dot([1.0, 0.5, 0.2], expected))
    assert s2sad.grad(series)(1.0) == 1.0
    assert s2sad.vjp(series, wrt="xs")(1.0, 2.0, y_bar=2.0) == (series(1.0, 2.0), (10.0,))
    of_v = s2sad.grad(product)(2.0, 3.0, np.ones(2))
    assert of_v[:2] == (3.0, 2.0) and np.array_equal(of_v[2], np.ones(2))


def test_keyword_only_parameters() -> None:
    assert s2sad.grad(named, wrt=("a", "b"))(a=2.0) == (4.0, 8.0)
    assert s2sad.value_and_grad(named, wrt="b")(a=2.0, b=3.0) == (18.0, 12.0)
    assert s2sad.jvp(named, wrt="a")(a=1.0, a_dot=2.0) == (4.0, 8.0)


def test_defaults_that_are_functions_and_arrays() -> None:
    x = np.array([0.1, 0.2, 0.3])
    derivative = s2sad.grad(activated, wrt="x")
    assert np.allclose(derivative(x), WEIGHTS * (1.0 - np.tanh(x) ** 2))
    assert np.allclose(derivative(x, np.ones(3)), 1.0 - np.tanh(x) ** 2)
    with pytest.raises(s2sad.TypingError, match="not the one by default") as caught:
        derivative(x, act=np.sin)
    assert caught.value.hint and "partial" in caught.value.hint
    assert np.allclose(s2sad.grad(functools.partial(activated, act=np.sin))(x), WEIGHTS * np.cos(x))


def test_partials() -> None:
    derivative = s2sad.grad(functools.partial(model, 2.0, k=3.0), wrt="x")
    expected = slope(functools.partial(model, 2.0, k=3.0), (0.5, 0.7), 1)
    assert derivative(0.5, 0.7) == pytest.approx(expected)
    assert pickle.loads(pickle.dumps(derivative))(0.5, 0.7) == pytest.approx(expected)
    assert derivative(0.5, 0.7, k=1.0) == pytest.approx(slope(functools.partial(model, 2.0, k=1.0), (0.5, 0.7), 1))


def test_a_callee_is_the_one_that_the_module_has_now() -> None:
    def outer(x: float) -> float:
        return TABLE["f"](x) + LIST[0](x)

    derivative = s2sad.grad(outer)
    assert derivative(3.0) == pytest.approx(7.0)
    TABLE["f"] = cube
    assert derivative(3.0) == pytest.approx(28.0)
    LIST[0] = cube
    assert derivative(3.0) == pytest.approx(54.0)


def square(x: float) -> float:
    return x * x


def cube(x: float) -> float:
    return x * x * x


def same(x: float) -> float:
    return x


TABLE: dict[str, Callable[[float], float]] = {"f": square}
LIST: list[Callable[[float], float]] = [same]
