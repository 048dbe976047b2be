"""The operators of higher order: arguments, nesting, what is refused, pickles, the command line's options."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

import s2sad
from s2sad import derivative, grad, hessian, hvp, jacobian, jvp, vhp, vjp


def cubic(t: float, k: float = 2.0) -> float:
    return k * t**3


def quadratic(x: Any, w: Any) -> Any:
    return np.sum(w * x**2) * x[0]


X, W, V = np.array([0.3, 1.2, -0.7]), np.array([1.0, 2.0, -1.0]), np.array([0.5, -1.0, 2.0])


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_derivatives_of_an_order(order: int) -> None:
    expected = [3 * 0.25, 6 * 0.5, 6.0, 0.0, 0.0][order - 1]
    assert derivative(cubic, order=order)(0.5, 1.0) == pytest.approx(expected)
    assert derivative(lambda t: math.sin(t), order=order)(0.5) == pytest.approx(math.sin(0.5 + order * math.pi / 2))


def test_derivative_of_an_array() -> None:
    def curve(t: Any) -> Any:
        return np.array([t**2, np.exp(t)]) * t

    assert derivative(curve, order=2)(0.5) == pytest.approx(np.array([3.0, 2.5 * math.exp(0.5)]))


def test_arguments() -> None:
    assert hvp(cubic)(2, k=3.0, t_dot=1) == pytest.approx(36.0)
    assert hvp(cubic, wrt=("t", "k"))(2.0, 3.0, 1.0, 0.5) == pytest.approx((36.0 + 6.0, 12.0))
    assert vhp(cubic, wrt=("t", "k"))(2.0, 3.0, (1.0, 0.5)) == pytest.approx((36.0 + 6.0, 12.0))
    assert vhp(cubic)(2.0) == pytest.approx(24.0)
    single = X.astype(np.float32)
    assert hvp(quadratic)(single, W.astype(np.float32), np.ones(3)).dtype == np.float32


@pytest.mark.parametrize(("call", "message"), [
    (lambda: hvp(quadratic)(X, W, V[:2]), "the tangent 'x_dot' has the shape"),
    (lambda: hvp(quadratic)(X, W), "misses the tangent 'x_dot'"),
    (lambda: vhp(quadratic)(X, W, V[:2]), "the seed has the shape"),
    (lambda: vhp(quadratic)(X, W), "needs the seed"),
    (lambda: vhp(quadratic, wrt=("x", "w"))(X, W, V), "must be a tuple of 2"),
])
def test_wrong_arguments(call: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: derivative(cubic, order=0), "order=0"),
    (lambda: derivative(cubic, order=1.5), "order=1.5"),
    (lambda: derivative(cubic, wrt=("t", "k"))(1.0, 2.0), "by one number, and not by t, k"),
    (lambda: derivative(quadratic)(X, W), "by one number, and 'x' is"),
    (lambda: hvp(lambda x: x * X)(X, V), "only a scalar has a gradient"),
])
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match=message) as caught:
        call()
    assert caught.value.hint


def test_all_modes_over_each_other() -> None:
    """Second derivatives by the four combinations of modes, and a third one."""
    second = 2 * 0.5 * 6
    assert grad(grad(cubic))(0.5, 2.0) == pytest.approx(second)
    assert jvp(grad(cubic))(0.5, 2.0, 1.0)[1] == pytest.approx(second)
    assert vjp(jvp(cubic), wrt="t")(0.5, 2.0, 1.0, (0.0, 1.0))[1] == pytest.approx(second)
    assert jvp(jvp(cubic))(0.5, 2.0, 1.0, 1.0)[1][1] == pytest.approx(second)
    assert grad(hvp(cubic))(0.5, 2.0, 1.0) == pytest.approx(12.0)
    assert hvp(grad(cubic))(0.5, 2.0, 1.0) == pytest.approx(12.0)
    assert derivative(hvp(cubic))(0.5, 2.0, 1.0) == pytest.approx(12.0)


def inside(x: float) -> float:
    def g(t: float) -> float:
        return math.sin(t * x)

    slope = s2sad.derivative(g, order=2)
    return slope(x) + s2sad.hvp(g)(x, 2.0) + s2sad.vhp(g)(x, 2.0)


def test_inside_a_function_that_is_differentiated() -> None:
    def closed(x: float) -> float:
        return -5 * math.sin(x * x) * x * x

    assert inside(0.3) == pytest.approx(closed(0.3))
    assert grad(inside)(0.3) == pytest.approx(grad(closed)(0.3))
    assert hvp(inside)(0.3, 1.5) == pytest.approx(hvp(closed)(0.3, 1.5))


def short_second_seed(x: float) -> float:
    return np.sum(s2sad.vhp(quadratic)(np.array([x, 1.0]), np.array([1.0, x]), np.ones(1)))


def test_seeds_inside_have_the_shape_of_the_gradient() -> None:
    with pytest.raises(ValueError, match="has the shape"):
        grad(short_second_seed)(1.0)


def test_the_decorator_has_them() -> None:
    f = s2sad.differentiate(wrt="x")(quadratic)
    assert f.hvp(X, W, V) == pytest.approx(f.vhp(X, W, V))
    g = s2sad.differentiate(wrt="t")(cubic)
    assert g.derivative(0.5) == pytest.approx(g.grad(0.5))


def test_pickles_and_copies() -> None:
    for made in (hvp(cubic), derivative(cubic, order=3)):
        again = pickle.loads(pickle.dumps(made))
        assert again.__name__ == made.__name__ and again.mode == made.mode
        assert copy.deepcopy(made) is made
    assert pickle.loads(pickle.dumps(hvp(cubic)))(2, 3.0, 1.0) == pytest.approx(36.0)


def layer(W: Any, x: Any, k: Any) -> Any:
    return np.tanh(W @ x) * k


MATRIX = np.array([[0.2, -0.4, 0.1], [0.5, 0.3, -0.6]])


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_jacobian_of_several_inputs(mode: str) -> None:
    blocks = jacobian(layer, (0, 1, 2), mode)(MATRIX, X, 2.0)
    assert [block.shape for block in blocks] == [(2, 2, 3), (2, 3), (2,)]
    for k, given in enumerate((MATRIX, X, 2.0)):
        for place in np.ndindex(np.shape(given)):
            tangents = [np.zeros_like(v) for v in (MATRIX, X)] + [0.0]
            if k == 2:
                tangents[2] = 1.0
            else:
                tangents[k][place] = 1.0
            column = jvp(layer, (0, 1, 2))(MATRIX, X, 2.0, *tangents)[1]
            assert np.allclose(blocks[k][(slice(None), *place)], column, rtol=1e-13)


def test_two_directions_are_not_broadcast_against_two_rows() -> None:
    """Shapes (3,) and (2, 3) with two directions: the axis of the directions is not one of the function's."""
    def f(t: Any, A: Any) -> Any:
        return A * np.array([t[0], t[1], t[0] * t[1]])

    found = jacobian(f, mode="forward")(np.array([2.0, 5.0]), np.ones((2, 3)))
    row = np.array([[1.0, 0.0], [0.0, 1.0], [5.0, 2.0]])
    assert found.shape == (2, 3, 2) and np.array_equal(found, np.stack([row, row]))


def test_the_cheaper_mode() -> None:
    made = jacobian(layer, "x")
    wide, tall = np.ones((2, 30)), np.ones((40, 30))
    assert "mode=jacobian:reverse" in made.source_for(wide, np.ones(30), 1.0)
    assert made(tall, np.ones(30), 1.0).shape == (40, 30)
    assert "mode=jacobian:forward" in made.source_for(tall, np.ones(30), 1.0)


def test_memory_of_jacobians() -> None:
    x = np.array([1.0, 2.0])
    def itself(v: Any) -> Any:
        return v

    def twice(v: Any) -> Any:
        return v, v

    for made in (jacobian(itself), jacobian(twice), jacobian(itself, mode="reverse")):
        found = made(x)
        blocks = found if isinstance(found, tuple) else (found,)
        for block in blocks:
            assert np.array_equal(block, np.eye(2))
            block[:] = 7.0
        assert len({block.__array_interface__["data"][0] for block in blocks}) == len(blocks)
    single = jacobian(lambda v: v * v)(x.astype(np.float32))
    assert single.dtype == np.float32


def test_hessians() -> None:
    assert hessian(cubic)(0.5, 2.0) == pytest.approx(6.0)
    assert np.allclose(hessian(cubic, ("t", "k"))(0.5, 2.0), ((6.0, 0.75), (0.75, 0.0)))
    found = hessian(quadratic)(X, W)
    assert np.allclose(found, found.T) and np.allclose(found @ V, hvp(quadratic)(X, W, V))
    assert np.allclose(found, jacobian(grad(quadratic))(X, W))
    third = jacobian(hessian(quadratic))(X, W)
    assert third.shape == (3, 3, 3) and np.allclose(third, np.transpose(third, (2, 0, 1)))


def test_jacobian_inside_a_function_that_is_differentiated() -> None:
    def volume(x: Any) -> Any:
        inner = s2sad.jacobian(lambda v: np.sin(v) * v[0])
        return np.sum(inner(x) ** 2)

    step = 1e-6 * V
    expected = (volume(X + step) - volume(X - step)) / 2e-6
    assert grad(volume)(X) @ V == pytest.approx(expected, rel=1e-7)


def test_jacobian_modes() -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match="mode='sideways'"):
        jacobian(layer, mode="sideways")


def squared_in_place(x: float, A: Any) -> None:
    A[0] = x * x


@pytest.mark.parametrize("operator", [derivative, jacobian])
def test_what_is_stored_into_arguments_is_not_left_out(operator: Any) -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match="A: stored into"):
        operator(squared_in_place)(2.0, np.zeros(2))
