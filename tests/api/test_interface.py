"""The Python interface: what is called how, what comes back, and what is refused."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from math import sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sad


def poly(x: Any, k: Any, n: int = 2) -> Any:
    return k * x ** n


def total(x: Any) -> Any:
    return np.sum(x * x)


def square(x: Any) -> Any:
    return x * x


def scale(a: np.ndarray, k: float) -> float:
    a[0] = k
    return a[1]


def folded(x: float, *ys: float) -> float:
    s = x
    for y in ys:
        s = s * y + x
    return s


def pair(x: Any) -> Any:
    return x, x * x


def keyword_only(x: Any, *, k: Any = 2.0, n: int = 3) -> Any:
    return x ** n * k


@s2sad.differentiate
def product(a: float, b: float, n: int = 2) -> float:
    return b * sin(a) + b ** n


# -- what comes back --------------------------------------------------------------------------


def test_decorated_function_is_itself() -> None:
    assert product(2.0, 5.0) == 5.0 * sin(2.0) + 25.0
    assert product.__name__ == "product" and list(inspect.signature(product).parameters) == ["a", "b", "n"]


def test_decorator_differentiates_floats() -> None:
    assert product.grad(2.0, 5.0) == (5.0 * math.cos(2.0), sin(2.0) + 10.0)
    value, (a_bar, b_bar) = product.vjp(2.0, 5.0)
    assert (a_bar, b_bar) == product.grad(2.0, 5.0) == product.value_and_grad(2.0, 5.0)[1]
    assert product.jvp(2.0, 5.0, a_dot=1.0, b_dot=0.0) == (value, a_bar)


def test_decorator_with_options() -> None:
    @s2sad.differentiate(wrt=("k", "x"), style="trace")
    def f(x: Any, k: Any) -> Any:
        return x * k * k

    assert f.grad(2.0, 3.0) == (12.0, 9.0)
    assert "w0" in f.grad.source_for(2.0, 3.0)


@pytest.mark.parametrize("wrt, expected", [
    (0, 12.0), ("x", 12.0), ("k", 4.0), (1, 4.0), (-2, 4.0), (("x",), (12.0,)), (["k"], (4.0,)),
    (("k", "x"), (4.0, 12.0)), ((1, "x"), (4.0, 12.0))])
def test_wrt(wrt: Any, expected: Any) -> None:
    assert s2sad.grad(poly, wrt)(2.0, 3.0) == expected
    assert s2sad.value_and_grad(poly, wrt)(2.0, 3.0) == (12.0, expected)
    assert s2sad.vjp(poly, wrt)(2.0, 3.0) == (12.0, expected)


def test_jvp_and_vjp() -> None:
    assert s2sad.jvp(poly)(2.0, 3.0, 2, 1.0) == (12.0, 12.0)
    assert s2sad.jvp(poly, ("x", "k"))(2.0, 3.0, x_dot=1.0, k_dot=2.0) == (12.0, 20.0)
    assert s2sad.jvp(poly, ("k", "x"))(2.0, 3.0, 2, 2.0, 1.0) == (12.0, 20.0)
    assert s2sad.vjp(poly)(2.0, 3.0, 2, 10.0) == (12.0, 120.0)
    assert s2sad.vjp(poly)(2.0, 3.0, y_bar=10.0) == (12.0, 120.0)
    assert s2sad.vjp(poly)(x=2, k=3, y_bar=10) == (12.0, 120.0)


@pytest.mark.parametrize("args", [(2, 3), (2.0, 3.0), (np.int64(2), 3)])
def test_python_numbers_give_floats(args: Any) -> None:
    gradients = s2sad.grad(poly, ("x", "k"))(*args)
    assert gradients == (12.0, 4.0)
    assert [type(g) for g in gradients] == [float, float]
    assert type(s2sad.grad(lambda x: np.sin(x) * x)(1.0)) is float


def test_gradients_have_the_type_of_the_input() -> None:
    for value in (np.ones(3, np.float32), np.ones(3), np.ones((2, 1)), np.zeros(0), np.ones(6)[::2],
                  np.broadcast_to(1.0, (3,))):
        gradient = s2sad.grad(total)(value)
        assert gradient.dtype == value.dtype and gradient.shape == value.shape
    value = np.ones(3, np.float32)
    _, gradient = s2sad.vjp(square)(value, y_bar=np.ones(3))
    assert gradient.dtype == np.float32
    _, tangent = s2sad.jvp(square)(value, x_dot=np.ones(3))
    assert tangent.dtype == np.float32
    assert type(s2sad.grad(total)(np.float32(3.0))) is np.float32


def test_keyword_only_parameters() -> None:
    assert s2sad.grad(keyword_only)(2.0, k=3.0) == 36.0
    assert s2sad.grad(keyword_only, "k")(x=2.0, n=2) == 4.0
    assert s2sad.jvp(keyword_only, ("x", "k"))(2.0, k=3.0, x_dot=1.0, k_dot=1.0) == (24.0, 44.0)
    assert s2sad.vjp(keyword_only)(2.0, y_bar=2.0) == (16.0, 48.0)


def test_tuples_of_values() -> None:
    assert s2sad.jvp(pair)(2.0, 1.0) == ((2.0, 4.0), (1.0, 4.0))
    assert s2sad.vjp(pair)(2.0, y_bar=(1.0, 1.0)) == ((2.0, 4.0), 5.0)
    for seed in (1.0, (1.0,), (1.0, 1.0, 1.0)):
        with pytest.raises(ValueError, match="the seed must be a tuple of 2"):
            s2sad.vjp(pair)(2.0, y_bar=seed)


def test_lists_serve_as_tangents_and_seeds() -> None:
    x = np.array([1.0, 2.0])
    assert s2sad.jvp(square)(x, x_dot=[1, 0])[1].tolist() == [2.0, 0.0]
    assert s2sad.vjp(square)(x, y_bar=[0, 1])[1].tolist() == [0.0, 4.0]


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize("wrt, message", [
    ("q", "no parameter 'q'"), (7, "has 3 parameters"), (-4, "has 3 parameters"), ((), "wrt is empty"),
    (("x", 0), "'x' twice"), (1.5, "no position or name"), ((1.5,), "no position or name"), (True, "no position")])
def test_wrong_wrt(wrt: Any, message: str) -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match=message) as caught:
        s2sad.grad(poly, wrt)
    assert caught.value.hint


@pytest.mark.parametrize("call, message", [
    (lambda: s2sad.grad(poly)(1.0, 2.0, 3, 4), r"poly_grad_x\(\) takes 3 positional"),
    (lambda: s2sad.grad(poly)(1.0), r"poly_grad_x\(\): missing a required argument: 'k'"),
    (lambda: s2sad.grad(poly)(1.0, 2.0, m=3), r"poly_grad_x\(\) has no argument 'm'"),
    (lambda: s2sad.grad(poly)(1.0, 2.0, x=3), r"poly_grad_x\(\): multiple values for argument 'x'"),
    (lambda: s2sad.grad(poly)(1.0, 2.0, y_bar=3.0), "has no argument 'y_bar'"),
    (lambda: s2sad.vjp(folded)(2.0, 3.0, 1.0), "needs its seed as a keyword, s_bar="),
    (lambda: s2sad.vjp(poly)(1.0, 2.0, y_bar="a"), "the seed is of type str, and not of real numbers"),
    (lambda: s2sad.jvp(poly)(1.0, 2.0, x_dot=None), "the tangent 'x_dot' is of type NoneType"),
    (lambda: s2sad.jvp(poly)(1.0, 2.0), "misses the tangent 'x_dot'"),
    (lambda: s2sad.jvp(poly, ("x", "k"))(1.0, 2.0, x_dot=1.0), "misses the tangent 'k_dot'"),
    (lambda: s2sad.jvp(poly)(1.0, 2.0, z_dot=1.0), "no argument 'z_dot'; .* it takes x_dot"),
    (lambda: s2sad.jvp(poly)(1.0, 2.0, 2, 1.0, x_dot=1.0), "two values for 'x_dot'"),
    (lambda: s2sad.vjp(poly)(1.0, 2.0, foo_bar=1.0), "no argument 'foo_bar'; .* it takes y_bar"),
    (lambda: s2sad.vjp(square)(np.ones(3)), "needs the seed 'y_bar'"),
    (lambda: s2sad.vjp(scale)(np.ones(3), 2.0), "needs 'seeds', a tuple of seeds: that of its value, that of a"),
    (lambda: s2sad.vjp(square)(np.ones(3), y_bar=np.ones(3) * 1j), "not of real numbers"),
])
def test_wrong_calls(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("tangent", [1.0, np.ones(1), np.ones((2, 3)), np.ones((3, 1))])
def test_tangents_and_seeds_are_not_broadcast(tangent: Any) -> None:
    with pytest.raises(ValueError, match=r"the tangent 'x_dot' has the shape \(.*\), and 'x' has \(3,\)"):
        s2sad.jvp(square)(np.ones(3), x_dot=tangent)
    with pytest.raises(ValueError, match=r"the seed has the shape \(.*\), the value \(3,\)"):
        s2sad.vjp(square)(np.ones(3), y_bar=tangent)


def test_tangent_of_a_number_is_a_number() -> None:
    with pytest.raises(ValueError, match="the tangent 'x_dot'"):
        s2sad.jvp(square)(1.0, np.ones(2))


class Thing:
    pass


@pytest.mark.parametrize("value, error, hint", [
    (np.arange(3), s2sad.NotDifferentiableError, "x.astype(float)"),
    (np.array([True]), s2sad.NotDifferentiableError, "x.astype(float)"),
    (True, s2sad.TypingError, "float(x)"), (np.True_, s2sad.TypingError, "float(x)"),
    ([1.0, "a"], s2sad.TypingError, "tuple or a dict"),
    ("a", s2sad.NotDifferentiableError, "wrt"), (None, s2sad.NotDifferentiableError, "wrt"),
    (1j, s2sad.NotDifferentiableError, "real and imaginary"),
    ({}, s2sad.TypingError, "NumPy arrays"), (Thing(), s2sad.TypingError, "NumPy arrays"),
    (np.array([1, None]), s2sad.TypingError, "NumPy arrays"), (np.ma.ones(3), s2sad.TypingError, "NumPy arrays"),
])
def test_arguments_without_derivative(value: Any, error: type[Exception], hint: str) -> None:
    with pytest.raises(error) as caught:
        s2sad.grad(total)(value)
    assert isinstance(caught.value, s2sad.S2SADError)
    assert caught.value.hint and hint in caught.value.hint


def test_objects_are_refused_as_other_arguments_too() -> None:
    with pytest.raises(s2sad.TypingError, match="'k' is of type MaskedArray"):
        s2sad.grad(poly)(1.0, np.ma.ones(3))


@pytest.mark.parametrize("function", [square, pair, lambda x: [x, x], lambda x: "a", lambda x: None])
def test_gradients_are_of_scalars(function: Callable[[Any], Any]) -> None:
    for operator in (s2sad.grad, s2sad.value_and_grad):
        with pytest.raises(s2sad.NotDifferentiableError, match="only a scalar has a gradient") as caught:
            operator(function)(np.ones(2))
        assert caught.value.hint and caught.value.loc is not None
    if function is square:
        assert caught.value.hint and "vjp" in caught.value.hint and "jacobian" in caught.value.hint


@pytest.mark.parametrize("function, message, hint", [
    (math.sin, "not written in Python", "lambda"), (np.sin, "not written in Python", "lambda"),
    (Thing, "is a class", "def"), (Thing(), "not a Python function", "def"), (3.0, "not a Python function", "def"),
    (None, "not a Python function", "def")])
def test_what_is_no_function(function: Any, message: str, hint: str) -> None:
    with pytest.raises(s2sad.ResolveError, match=message) as caught:
        s2sad.grad(function)
    assert caught.value.hint and hint in caught.value.hint


def test_functions_without_parameters() -> None:
    def nothing() -> float:
        return 1.0

    def counts(n: int) -> float:
        return 2.0 * n

    for function in (nothing, counts):
        with pytest.raises(s2sad.NotDifferentiableError, match="no parameter to differentiate"):
            _ = s2sad.differentiate(function).grad
    assert s2sad.grad(counts)(3) == 2.0


def test_unknown_style() -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match="no style 'fancy'"):
        s2sad.grad(poly, style="fancy")


# -- methods ----------------------------------------------------------------------------------


class Model:
    scale = 3.0

    def method(self, x: float) -> float:
        return self.scale * x

    @s2sad.differentiate
    def decorated(self, x: float) -> float:
        return x * x

    @s2sad.differentiate
    @staticmethod
    def inner_static(x: float) -> float:
        return x * x

    @staticmethod
    @s2sad.differentiate
    def outer_static(x: float) -> float:
        return x * x


def test_methods_and_static_ones_work() -> None:
    model = Model()
    assert model.decorated(3.0) == 9.0
    assert model.decorated.grad(3.0) == 6.0
    assert s2sad.grad(model.method)(3.0) == model.scale
    for owner in (model, Model):
        assert owner.inner_static.grad(3.0) == owner.outer_static.grad(3.0) == 6.0
        assert owner.inner_static(3.0) == 9.0


# -- signatures -------------------------------------------------------------------------------


def test_signature_fixes_the_types() -> None:
    derivative = s2sad.grad(total, signature="float64[:]")
    assert derivative(np.ones(2)).tolist() == [2.0, 2.0]
    assert derivative.source == s2sad.grad(total, signature="float64[:]").source
    for wrong in (1.0, np.ones((2, 2)), np.ones(2, np.float32), "a"):
        with pytest.raises(s2sad.TypingError, match="as the signature says"):
            derivative(wrong)


def test_signature_names_equal_lengths() -> None:
    derivative = s2sad.grad(lambda x, y: np.sum(x * y), signature="float64[n], float64[n]")
    assert derivative(np.ones(2), np.ones(2)).tolist() == [1.0, 1.0]
    with pytest.raises(s2sad.TypingError, match="'y'"):
        derivative(np.ones(2), np.ones(1))


@pytest.mark.parametrize("signature", ["float, floot, int", "float float", "float, float, int, int", "(", ""])
def test_wrong_signatures(signature: str) -> None:
    if not signature:
        assert s2sad.grad(poly, signature="")(2.0, 3.0) == 12.0
        return
    with pytest.raises(s2sad.TypingError):
        s2sad.grad(poly, signature=signature)


# -- what a derivative shows --------------------------------------------------------------------


def test_names_and_documentation() -> None:
    derivative = s2sad.jvp(poly, "k")
    assert derivative.__name__ == "poly_jvp_k" and derivative.__module__ == __name__
    assert derivative.__doc__ == "The jvp of poly with respect to k."
    assert repr(derivative) == "<s2sad jvp of poly with respect to k>"
    assert list(inspect.signature(derivative).parameters) == ["x", "k", "n", "k_dot"]
    assert product.grad.__name__ == "product_grad"


def test_source_and_save(tmp_path: Path) -> None:
    assert "def product_grad(a: float, b: float, n: int = 2)" in product.grad.source
    product.grad.save(tmp_path / "made.py")
    assert (tmp_path / "made.py").read_text() == product.grad.source
    scope: dict[str, Any] = {}
    exec(product.grad.source, scope)
    assert scope["product_grad"](2.0, 5.0) == product.grad(2.0, 5.0)


def test_source_for_needs_no_tangents() -> None:
    for derivative in (s2sad.jvp(poly), s2sad.vjp(poly), s2sad.grad(poly)):
        texts = {derivative.source_for(2.0, 3.0, 2), derivative.source_for(2.0, k=3.0), derivative.source_for(2, 3.0)}
        assert len(texts) == 1
        assert "np" not in texts.pop()
    assert "np" in s2sad.vjp(poly).source_for(np.ones(3), 3.0)


def test_raw_is_the_generated_function() -> None:
    raw = s2sad.grad(poly).raw(2.0, 3.0)
    assert inspect.isfunction(raw) and raw.__name__ == "poly_grad_x" and raw(2.0, 3.0) == 12.0
    assert inspect.getsource(raw).startswith("def poly_grad_x(")
    assert s2sad.vjp(pair).raw(2.0)(2.0, (1.0, 1.0)) == ((2.0, 4.0), 5.0)


def test_parameters_called_like_tangents_and_seeds() -> None:
    def f(x: float, y_bar: float, x_dot: float) -> float:
        return x * y_bar * x_dot

    assert s2sad.vjp(f)(2.0, 3.0, 5.0, 10.0) == (30.0, 150.0)
    assert s2sad.jvp(f)(2.0, 3.0, 5.0, 10.0) == (30.0, 150.0)
    assert s2sad.vjp(f, "y_bar")(x=2.0, y_bar=3.0, x_dot=5.0) == (30.0, 10.0)


def test_second_derivatives_in_process() -> None:
    first = s2sad.grad(lambda x, n: sin(x) * x ** n)
    second = s2sad.grad(first.raw(2.0, 3))
    assert second(2.0, 3) == pytest.approx(6 * 4 * math.cos(2.0) + (12 - 8) * sin(2.0))
    assert s2sad.grad(first)(2.0, 3) == second(2.0, 3)
    third = s2sad.grad(s2sad.grad(first))
    assert third(2.0, 3) == pytest.approx(28 * math.cos(2.0) - 30 * sin(2.0))
    assert s2sad.jvp(first)(2.0, 3, x_dot=2.0) == pytest.approx((first(2.0, 3), 2.0 * second(2.0, 3)))
