"""Lists of numbers that a function stores into: inputs and outputs, like arrays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sad


def first_of(xs, y):
    xs[0] = xs[0] * y + xs[1]
    return xs[0] * xs[1]


def exchanged(xs, y):
    xs[0], xs[1] = xs[1], xs[0] * y


def _multiply(values, k):
    values[k] = values[k - 1] * values[k]


def helped(xs, y):
    for k in range(1, len(xs)):
        _multiply(xs, k)
    xs[0] += y
    return xs[-1] * y


def other_name(xs, y):
    b = xs if y > 1.0 else [y, y, y]
    b[0] = b[1] * y
    return xs[0] * b[0]


def _descend(values, y, k):
    if k == 0:
        return y
    values[k] = values[k - 1] * y
    return _descend(values, y * values[k], k - 1)


def recursive(xs, y):
    return _descend(xs, y, 2) * xs[1]


FUNCTIONS: list[Callable[..., Any]] = [first_of, exchanged, helped, other_name, recursive]
POINTS = [([1.1, 2.0, 0.7], 3.0), ([0.4, -0.3, 1.2], 0.6)]


def outputs(f: Callable[..., Any], xs: list[float], y: float) -> np.ndarray:
    xs = list(xs)
    result = f(xs, y)
    return np.array([*([] if result is None else [result]), *xs])


def jacobian(f: Callable[..., Any], xs: list[float], y: float) -> np.ndarray:
    h, columns = 1e-6, []
    for step in np.eye(len(xs) + 1) * h:
        plus, minus = (outputs(f, list(xs + sign * step[:-1]), y + sign * step[-1]) for sign in (1.0, -1.0))
        columns.append((plus - minus) / (2.0 * h))
    return np.array(columns).T


def derivatives(f: Callable[..., Any], mode: str, ahead: bool, tmp_path: Path) -> Callable[..., Any]:
    if not ahead:
        return getattr(s2sad, mode)(f, wrt=("xs", "y"))
    text = s2sad.generate(__file__, functions=[f.__name__], mode=mode, wrt=("xs", "y"),
                          signature="xs=list[float], y=float")
    names: dict[str, Any] = {}
    exec(compile(text, "generated", "exec"), names)
    return next(v for k, v in names.items() if k.startswith(f"{f.__name__}_{mode}"))


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_seeds_and_tangents(f: Callable[..., Any], ahead: bool, tmp_path: Path) -> None:
    for xs, y in POINTS:
        expected = jacobian(f, xs, y)
        kept, after = list(xs), outputs(f, xs, y)
        count = len(after) - len(xs)
        seed = np.linspace(0.5, 1.7, len(after)).tolist()
        seeds = (*seed[:count], seed[count:])
        given, held = list(xs), copy.deepcopy(seeds)
        value, (xs_bar, y_bar) = derivatives(f, "vjp", ahead, tmp_path)(given, y, seeds)
        np.testing.assert_allclose([*([] if value is None else [value]), *given], after)
        np.testing.assert_allclose([*xs_bar, y_bar], seed @ expected, rtol=1e-7, atol=1e-8)
        assert isinstance(xs_bar, list) and xs_bar is not seeds[-1] and seeds == held and xs == kept
        direction = [0.3, -0.8, 1.1, 0.6]
        given = list(xs)
        value, dots = derivatives(f, "jvp", ahead, tmp_path)(given, y, direction[:-1], direction[-1])
        np.testing.assert_allclose([*([] if value is None else [value]), *given], after)
        assert isinstance(dots[-1], list)
        np.testing.assert_allclose([*dots[:-1], *dots[-1]], expected @ direction, rtol=1e-7, atol=1e-8)
        if count:
            xs_bar, y_bar = derivatives(f, "grad", ahead, tmp_path)(list(xs), y)
            np.testing.assert_allclose([*xs_bar, y_bar], expected[0], rtol=1e-7, atol=1e-8)


def test_a_list_keeps_its_length() -> None:
    def through_alias(xs, y):
        b = xs if y > 1.0 else [y]
        b.append(y)
        return b[0]

    for f in (through_alias, lambda xs, y: xs.pop() * y):
        with pytest.raises(s2sad.UnsupportedError, match="changes the items or the length of its argument"):
            s2sad.grad(f)([1.0, 2.0], 2.0)


def test_one_list_for_two() -> None:
    def f(xs, ys):
        xs[0] = ys[1] * xs[0]
        return ys[0] * xs[1]

    shared = [1.0, 2.0]
    with pytest.raises(ValueError, match="xs is written and is ys too"):
        s2sad.grad(f)(shared, shared)
