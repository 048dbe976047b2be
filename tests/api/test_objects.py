"""Methods and attributes of live objects: inheritance, properties, class methods, callables, containers of objects."""

from __future__ import annotations

import functools
from collections.abc import Callable
from math import sin
from typing import Any

import numpy as np
import pytest

import s2sad


class Base:
    unit = 2.0

    def __init__(self, k: float) -> None:
        self.k = k
        self.weights = np.arange(3.0)

    def force(self, x: float) -> float:
        return self.k * x

    def energy(self, x: float, *, n: int = 2) -> float:
        return self.force(x) ** n * self.scale + Base.twice(x) + self.shifted(x)

    @property
    def scale(self) -> float:
        return self.k + self.unit

    @staticmethod
    def twice(x: float) -> float:
        return 2.0 * x

    @classmethod
    def shifted(cls, x: float) -> float:
        return x * cls.unit

    def __call__(self, x: float) -> float:
        return self.energy(x) + np.sum(self.weights * x)


class Stiff(Base):
    unit = 3.0

    def force(self, x: float) -> float:
        return super().force(x) + sin(x)

    @s2sad.differentiate
    def loss(self, x: float, y: float) -> float:
        return self.energy(x) * y + self(y)

    @s2sad.differentiate(wrt=2)
    def by_y(self, x: float, y: float) -> float:
        return self.k * x * y * y

    def count(self, x: float) -> float:
        self.calls = x
        return x


class Slotted:
    __slots__ = ("k",)

    def __init__(self, k: float) -> None:
        self.k = k

    def times(self, x: float) -> float:
        return self.k * x * x


class Odd:
    def __getattr__(self, name: str) -> float:
        return 1.0


ODD, MODEL = Odd(), Base(1.0)


def slope(f: Callable[[float], float], x: float, h: float = 1e-6) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


def check(f: Callable[..., Any], x: float = 0.7) -> None:
    assert s2sad.grad(f)(x) == pytest.approx(slope(f, x), rel=1e-7)
    value, tangent = s2sad.jvp(f)(x, 1.0)
    assert value == pytest.approx(f(x)) and tangent == pytest.approx(slope(f, x), rel=1e-7)


def test_bound_methods() -> None:
    model = Stiff(1.5)

    def called(f: Callable[[float], float]) -> Callable[[float], float]:
        return lambda x: f(x)

    for f in (model.energy, model.force, model.shifted, model.twice, Slotted(2.0).times, model):
        check(called(f))
    check(model.energy)
    check(Slotted(2.0).times)
    check(functools.partial(model.energy, n=3))
    assert "self_k" in s2sad.grad(model.energy).source_for(0.7)


def test_attributes_are_read_live() -> None:
    model = Base(1.5)
    derivative = s2sad.grad(lambda x: model(x) * model.k + model.unit * x)
    for k in (1.5, 4.0):
        model.k = k
        assert derivative(0.7) == pytest.approx(slope(lambda x: model(x) * model.k + model.unit * x, 0.7))
    model.force = lambda x: x * x * x  # type: ignore[method-assign]
    assert derivative(0.7) == pytest.approx(slope(lambda x: model(x) * model.k + model.unit * x, 0.7))


def test_lists_of_objects() -> None:
    layers = [Stiff(1.0), Base(2.0)]

    def f(x: float) -> float:
        for layer in layers:
            x = layer.force(x) * layer.k + layer.scale
        return x

    check(f)
    check(lambda x: layers[0](x) * (layers[1] if x > 0 else layers[0]).force(x))
    layers.append(Stiff(0.3))
    check(f)


def test_methods_of_a_class() -> None:
    model = Stiff(1.5)
    assert model.loss.grad(0.3, 0.4) == pytest.approx(
        (slope(lambda x: model.loss(x, 0.4), 0.3), slope(lambda y: model.loss(0.3, y), 0.4)))
    assert model.by_y.grad(2.0, 3.0) == pytest.approx(1.5 * 2.0 * 6.0)
    assert model.loss.grad is model.loss.grad
    other = Stiff(2.5)
    assert other.by_y.grad(2.0, 3.0) == pytest.approx(2.5 * 2.0 * 6.0)
    assert model.by_y.grad(2.0, 3.0) == pytest.approx(1.5 * 2.0 * 6.0)


def test_passed_to_helpers() -> None:
    model = Stiff(1.5)

    def apply(thing: Any, x: float) -> float:
        return thing.energy(x) + thing.k * x

    check(lambda x: apply(model, x))


@pytest.mark.parametrize("ask, message", [
    (lambda: s2sad.grad(Stiff(1.0).count)(1.0), "the object 'self' is used as a value"),
    (lambda: s2sad.grad(lambda x: x * ODD.k)(1.0), "computes its attributes"),
    (lambda: s2sad.grad(lambda x: x * MODEL.missing)(1.0), "no attribute 'missing'")])
def test_refused(ask: Callable[[], object], message: str) -> None:
    with pytest.raises(s2sad.S2SADError, match=message) as caught:
        ask()
    assert caught.value.hint


# -- objects as arguments -----------------------------------------------------------------------


class Model:
    def __init__(self, w: np.ndarray, b: float) -> None:
        self.w = w
        self.b = b

    def layer(self, x: np.ndarray) -> np.ndarray:
        return np.tanh(self.w @ x + self.b)

    def loss(self, x: np.ndarray) -> float:
        return np.sum(self.layer(x) ** 2)


class Linear(Model):
    def layer(self, x: np.ndarray) -> np.ndarray:
        return self.w @ x


def total(m: Model, x: np.ndarray) -> float:
    return m.loss(x) * m.b


def test_methods_of_arguments() -> None:
    w, x = np.array([[0.5, 0.2], [0.1, 0.4]]), np.array([0.3, 0.4])
    of_model, of_x = s2sad.grad(total, wrt=("m", "x"))(Model(w, 0.3), x)
    assert of_model.b == pytest.approx(slope(lambda b: total(Model(w, b), x), 0.3))
    assert of_model.w[0, 1] == pytest.approx(
        slope(lambda t: total(Model(np.array([[0.5, t], [0.1, 0.4]]), 0.3), x), 0.2))
    assert of_x[1] == pytest.approx(slope(lambda t: total(Model(w, 0.3), np.array([0.3, t])), 0.4))
    with pytest.raises(s2sad.TypingError, match="annotated as a Model"):
        s2sad.grad(total, wrt="x")(Linear(w, 0.3), x)
