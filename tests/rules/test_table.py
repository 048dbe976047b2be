"""Every row of the table against finite differences, the dot-product test and its own second derivative."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np
import pytest
from derive import Application, tangent_of_trace
from samples import MISSING, samples

from s2sad.errors import UnsupportedError
from s2sad.ir.trace import Const, Value
from s2sad.rules import TABLE

DIFFERENTIABLE = [row.name for row in TABLE if row.kind in ("elementwise", "linear", "bilinear", "general")]
SYMMETRIC = {"np.linalg.cholesky", "np.linalg.eigvalsh"}
CASES = [pytest.param(key, operands, id=f"{key}-{k}") for key in DIFFERENTIABLE
         for k, operands in enumerate(samples(TABLE[key]) or [])]


def test_every_differentiable_row_has_samples() -> None:
    assert not MISSING


def direction(value: Any, seed: int, symmetric: bool = False) -> Any:
    """A random tangent for a value, of its structure."""
    if isinstance(value, (tuple, list)):
        return type(value)(direction(v, seed + k) for k, v in enumerate(value))
    rng = np.random.default_rng(seed)
    if isinstance(value, float) and not isinstance(value, np.generic):
        return float(rng.normal())
    d = rng.normal(size=np.shape(value)).astype(np.asarray(value).dtype)
    return d + d.T if symmetric else d


def moved(value: Any, t: Any, step: float) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(moved(v, d, step) for v, d in zip(value, t))
    return value + step * t


def dot(a: Any, b: Any) -> float:
    """The inner product; an adjoint of broadcast shape is summed against the broadcast tangent."""
    if isinstance(b, (tuple, list)):
        return sum(dot(p, q) for p, q in zip(a, b))
    return float(np.sum(np.asarray(a) * np.asarray(b)))


def difference(f: Any, h: float = 1e-6) -> Any:
    return (np.asarray(f(h)) - np.asarray(f(-h))) / (2 * h)


def run_moved(app: Application, outcome: Any, values: list[Any], place: int, t: Any, step: float) -> Any:
    """The outcome with one input moved along its tangent."""
    values = list(values)
    values[place] = moved(values[place], t, step)
    return app.run(outcome, values)


def active(key: str, operands: list[Any], known: bool = True) -> tuple[Application, list[int]]:
    app = Application(key, operands, known)
    return app, app.actives()


@pytest.mark.parametrize("known", [True, False], ids=["typed", "untyped"])
@pytest.mark.parametrize("key, operands", CASES)
def test_first_order(key: str, operands: list[Any], known: bool) -> None:
    app, positions = active(key, operands, known)
    assert positions
    y = app.run(app.result, app.values)
    for k in positions:
        x = operands[k]
        t = direction(x, 3, key in SYMMETRIC)
        place = app.block.params.index(app.atoms[k])

        expected = difference(partial(run_moved, app, app.result, app.values, place, t))
        try:
            fresh, _ = active(key, operands, known)
            forward = fresh.run(fresh.tangent(k, fresh.param(t, known)), [*app.values, t])
            fresh, _ = active(key, operands, known)
            g = direction(y, 5)
            reverse = fresh.run(fresh.adjoint(k, fresh.param(g, known)), [*app.values, g])
        except UnsupportedError:
            assert not known
            return
        np.testing.assert_allclose(np.broadcast_to(forward, np.shape(y)), np.broadcast_to(expected, np.shape(y)),
                                   rtol=1e-6, atol=1e-7)
        assert dot(reverse, t) == pytest.approx(dot(g, forward), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("key, operands", CASES)
def test_second_order(key: str, operands: list[Any]) -> None:
    """The tangent of the adjoint's own trace, against finite differences of the adjoint."""
    app, positions = active(key, operands)
    y = app.run(app.result, app.values)
    g = direction(y, 5)
    for k, j in itertools.product(positions, positions):
        app, _ = active(key, operands)
        outcome = app.adjoint(k, app.param(g))
        x = operands[j]
        t = direction(x, 11, key in SYMMETRIC)
        place = app.block.params.index(app.atoms[j])

        if isinstance(operands[k], (tuple, list)):
            continue
        try:
            expected = difference(partial(run_moved, app, outcome, [*app.values, g], place, t))
        except ValueError:  # a finite difference that leaves the domain
            continue
        dots = {app.atoms[j]: app.param(t)}
        second = tangent_of_trace(app.builder, dots, outcome)
        value = 0.0 if second is None else app.run(second, [*app.values, g, t])
        np.testing.assert_allclose(np.broadcast_to(value, expected.shape), expected, rtol=2e-5, atol=1e-6)


# Python floats, and functions that compute in double precision whatever they are given.
DOUBLE = {"np.interp", "max", "min", "float", "sum", "np.astype", "np.full", "np.linspace", "np.float_power",
          "scipy.special.polygamma", "scipy.special.digamma", "scipy.special.psi"}
FLOAT32 = [key for key in DIFFERENTIABLE if not key.startswith(("math.", "helper.polygamma")) and key not in DOUBLE]


def narrow(v: Any) -> Any:
    if isinstance(v, (tuple, list)) and any(isinstance(x, (np.ndarray, float)) for x in v):
        return type(v)(narrow(x) for x in v)
    return v.astype(np.float32) if isinstance(v, np.ndarray) and v.dtype == np.float64 else v


@pytest.mark.parametrize("key, operands", [
    pytest.param(key, operands, id=f"{key}-{k}") for key in FLOAT32
    for k, operands in enumerate(samples(TABLE[key]) or [])
    if any(isinstance(v, np.ndarray) and v.dtype == np.float64 for v in operands)])
def test_float32_stays(key: str, operands: list[Any]) -> None:
    narrowed = [narrow(v) for v in operands]
    app, positions = active(key, narrowed)
    y = app.run(app.result, app.values)
    if any(isinstance(v, float) for v in operands):
        y = np.float32(y)  # np.dot and np.append do not take Python floats as weak
    assert np.asarray(y).dtype == np.float32
    g = np.asarray(direction(np.asarray(y), 5))
    for k in positions:
        if isinstance(narrowed[k], float):
            continue
        fresh, _ = active(key, narrowed)
        result = fresh.run(fresh.adjoint(k, fresh.param(g)), [*app.values, g])
        for part in result if isinstance(result, (tuple, list)) else [result]:
            assert np.asarray(part).dtype == np.float32


@pytest.mark.parametrize("key, operands", CASES)
def test_formulas_use_differentiable_rows(key: str, operands: list[Any]) -> None:
    app, positions = active(key, operands)
    for k in positions:
        app, _ = active(key, operands)
        y = app.run(app.result, app.values)
        app.adjoint(k, app.param(direction(y, 1)))
        check_operations(app)


# Without operands that could be active.
MAKERS = {"constant", "np.eye", "np.zeros_like", "np.ones", "np.ones_like", "np.arange"}


def check_operations(app: Application) -> None:
    for op in app.block.ops:
        row = TABLE[op.prim]
        if row.kind == "nondifferentiable":
            kinds = {getattr(v.type, "kind", None) for v in op.results}
            assert op.prim in MAKERS or "float" not in kinds, op.prim


def test_values_and_constants_differ() -> None:
    assert not isinstance(Const(1.0), Value)
