"""Containers as arguments and results, in process: structure of gradients, seeds and tangents; stores; messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import s2sad


@dataclass
class Model:
    k: float
    weights: np.ndarray
    name: str = "model"

    def __post_init__(self) -> None:
        assert self.k > 0.0, "gradients are not valid models"


class Pair(NamedTuple):
    a: float
    b: Any = None


def energy(model, x):
    return -model.k * np.sum(model.weights * x)


def test_gradient_of_an_object_is_one_without_running_its_init() -> None:
    gradient = s2sad.grad(energy)(Model(2.0, np.array([1.0, 3.0])), 2.0)
    assert type(gradient) is Model and gradient.k == -8.0 and gradient.name is None
    assert np.array_equal(gradient.weights, [-4.0, -4.0])


def test_what_has_no_derivative_has_none() -> None:
    def f(p):
        return {"y": p["x"] * p["n"], "n": p["n"], "tag": p["tag"]}

    p = {"x": 2.0, "n": 3, "tag": "t"}
    assert s2sad.vjp(f)(p, {"y": 2.0, "n": None, "tag": None}) == ({"y": 6.0, "n": 3, "tag": "t"},
                                                                    {"x": 6.0, "n": None, "tag": None})
    assert s2sad.jvp(f)(p, {"x": 1.0, "n": None, "tag": None})[1] == {"y": 3.0, "n": None, "tag": None}


def test_each_structure_is_compiled_for_itself() -> None:
    def f(p):
        return sum([value * value for value in p.values()])

    gradient = s2sad.grad(f)
    assert gradient({"a": 1.0}) == {"a": 2.0}
    assert gradient({"b": 1.0, "a": 3.0}) == {"b": 2.0, "a": 6.0}


def test_arrays_in_containers_are_stored_into_as_the_primal_does() -> None:
    def f(p, x):
        p["W"][0] = 2.0 * x
        return np.sum(p["W"] * p["W"]) * p["b"]

    p = {"W": np.ones(3), "b": 2.0}
    gradient, x_bar = s2sad.grad(f, wrt=("p", "x"))(p, 3.0)
    assert np.array_equal(gradient["W"], [0.0, 4.0, 4.0]) and gradient["b"] == 38.0 and x_bar == 48.0
    assert np.array_equal(p["W"], [6.0, 1.0, 1.0])
    shared = np.ones(2)
    with pytest.raises(ValueError, match="shares memory"):
        s2sad.grad(lambda q: _stored(q))({"W": shared, "V": shared})
    with pytest.raises(s2sad.UnsupportedError, match="'W' in an argument is stored into"):
        s2sad.vjp(f)(p, 3.0, 1.0)


def _stored(q):
    q["W"][0] = q["V"][1]
    return np.sum(q["W"])


def test_seeds_and_tangents_have_the_structure_of_what_they_belong_to() -> None:
    def f(pair):
        return {"y": pair.a * 2.0}

    with pytest.raises(ValueError, match="seed must be a dict with y"):
        s2sad.vjp(f)(Pair(1.0), {"z": 1.0})
    with pytest.raises(ValueError, match="must be a Pair with a, b"):
        s2sad.jvp(f)(Pair(1.0), {"a": 1.0})
    with pytest.raises(s2sad.NotDifferentiableError, match="returns a dict: only a scalar"):
        s2sad.grad(f)(Pair(1.0))


def test_a_result_that_is_an_argument_is_like_it() -> None:
    def f(pair):
        return pair._replace(a=pair.a * pair.a)

    assert s2sad.vjp(f)(Pair(3.0, "b"), Pair(1.0)) == (Pair(9.0, "b"), Pair(6.0, None))


def test_lists_keep_their_length() -> None:
    def f(xs, y):
        xs.append(y)
        return xs[0] * y

    with pytest.raises(s2sad.UnsupportedError, match="changes the items or the length of its argument"):
        s2sad.grad(f)([1.0], 2.0)
    assert s2sad.grad(lambda xs: xs[0] * xs[-1])([2.0, 1.0, 3.0]) == [3.0, 0.0, 2.0]
    with pytest.raises(ValueError, match="must be a list of 2"):
        s2sad.jvp(lambda xs: xs[0] * xs[1])([2.0, 1.0], [1.0])


CONFIG = {"scale": 2.0}


def test_containers_of_the_module_are_read_at_each_call() -> None:
    gradient = s2sad.grad(lambda x: CONFIG["scale"] * x * x)
    assert gradient(1.0) == 4.0
    CONFIG["scale"] = 3.0
    try:
        assert gradient(1.0) == 6.0
    finally:
        CONFIG["scale"] = 2.0


class Spring:
    def __init__(self, k):
        self.k = k

    def force(self, x):
        return -self.k * x

    def energy(self, x):
        return -0.5 * self.force(x) * x * self.stiffer

    @property
    def stiffer(self):
        return 2.0 * self.k


class Stiff(Spring):
    def force(self, x):
        return -self.k * x * x


def test_methods_of_arguments_are_those_of_their_classes() -> None:
    def f(spring, x):
        return spring.energy(x)

    gradient = s2sad.grad(f)
    assert gradient(Spring(3.0), 2.0).k == 24.0
    assert gradient(Stiff(3.0), 2.0).k == 48.0
    assert gradient(Spring(3.0), 2.0).k == 24.0
    assert s2sad.grad(Spring.energy)(Spring(3.0), 2.0).k == 24.0
    with pytest.raises(s2sad.UnsupportedError, match=r"method .energy\(\) is not known"):
        gradient(2.0, 2.0)


class Counter:
    def __init__(self, k, scale=2.0):
        self.k = k * scale
        self.total = 0.0

    def add(self, x):
        self.total += x
        return self.k * x * self.total


@dataclass
class Squared:
    a: float
    b: float

    def __init__(self, a):
        self.a = a * a
        self.b = 3.0


def test_objects_made_in_a_function_run_their_own_init() -> None:
    def f(x):
        counter = Counter(x)
        for _ in range(3):
            x = x + 0.1 * counter.add(x)
        return counter.add(3.0) + counter.k

    h = 1e-6
    assert abs(s2sad.grad(f)(0.3) - (f(0.3 + h) - f(0.3 - h)) / (2 * h)) < 1e-7

    def g(x):
        squared = Squared(x)
        return squared.a * squared.b

    with pytest.raises(s2sad.UnsupportedError, match="has code that runs when an object is made"):
        s2sad.grad(g)(2.0)
    with pytest.raises(s2sad.NotDifferentiableError, match="with other fields than its class has"):
        s2sad.vjp(lambda x: Counter(x))(2.0, None)
