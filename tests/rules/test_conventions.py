"""The edges of docs/conventions.md: one decision each, without errors, warnings or NaN."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from derive import Application

TWO = np.array([0.0, 2.0])

EDGES: list[tuple[str, list[Any], int, Any]] = [
    ("abs", [0.0], 0, 0.0), ("math.fabs", [0.0], 0, 0.0), ("np.abs", [TWO], 0, [0.0, 1.0]),
    ("math.sqrt", [0.0], 0, 0.0), ("np.sqrt", [np.array([0.0, 4.0])], 0, [0.0, 0.25]),
    ("math.cbrt", [0.0], 0, 0.0), ("np.cbrt", [np.zeros(2)], 0, [0.0, 0.0]),
    ("math.asin", [1.0], 0, 0.0), ("math.acos", [-1.0], 0, 0.0), ("math.acosh", [1.0], 0, 0.0),
    ("np.arcsin", [np.array([1.0, 0.0])], 0, [0.0, 1.0]),
    ("math.hypot", [0.0, 0.0], 0, 0.0), ("math.atan2", [0.0, 0.0], 1, 0.0),
    ("np.hypot", [np.zeros(2), np.zeros(2)], 1, [0.0, 0.0]),
    ("np.linalg.norm", [np.zeros(3), None, None, False], 0, [0.0, 0.0, 0.0]),
    ("np.std", [np.ones(2), None, 0, False], 0, [0.0, 0.0]),
    ("np.sinc", [np.zeros(1)], 0, [0.0]),
    ("pow", [0.0, 0], 0, 0.0), ("pow", [0.0, 1], 0, 1.0), ("pow", [0.0, 2], 0, 0.0), ("pow", [0.0, 0.5], 0, 0.0),
    ("pow", [TWO, 2], 0, [0.0, 4.0]), ("pow", [TWO, 0.5], 0, [0.0, 0.5 * 2 ** -0.5]),
    ("pow", [np.float64(0.0), np.float64(0.5)], 0, 0.0), ("pow", [np.float64(0.0), np.float64(1.0)], 0, 1.0),
    ("pow", [np.float64(0.0), np.float64(0.0)], 0, 0.0), ("pow", [np.float64(0.0), np.float64(2.0)], 1, 0.0),
    ("pow", [TWO, np.float64(0.5)], 0, [0.0, 0.5 * 2 ** -0.5]), ("pow", [TWO, np.float64(1.0)], 0, [1.0, 1.0]),
    ("pow", [TWO, np.array([0.5, 1.0])], 0, [0.0, 1.0]), ("pow", [TWO, np.array([0.0, 0.0])], 0, [0.0, 0.0]),
    ("pow", [TWO, np.array([2.0, 1.0])], 1, [0.0, 2 * np.log(2)]), ("math.pow", [-2.0, 3.0], 1, 0.0),
    ("max", [1.0, 1.0], 0, 1.0), ("max", [1.0, 1.0], 1, 0.0), ("min", [1.0, 1.0], 0, 1.0),
    ("max", [0.0, 1.0, 1.0], 1, 1.0), ("max", [0.0, 1.0, 1.0], 2, 0.0),
    ("np.maximum", [np.ones(1), np.ones(1)], 0, [1.0]), ("np.maximum", [np.ones(1), np.ones(1)], 1, [0.0]),
    ("np.max", [np.array([1.0, 3.0, 3.0]), None, False], 0, [0.0, 0.5, 0.5]),
    ("np.clip", [np.array([-1.0, 0.0, 1.0]), -1.0, 0.5], 0, [1.0, 1.0, 0.0]),
    ("np.sort", [np.array([1.0, 1.0]), -1], 0, [1.0, 2.0]),
    ("np.prod", [np.array([0.0, 2.0, 3.0]), None, None, False], 0, [6.0, 0.0, 0.0]),
    ("np.prod", [np.array([0.0, 0.0, 3.0]), None, None, False], 0, [0.0, 0.0, 0.0]),
    ("np.where", [np.array([True, False]), np.ones(2), np.array([np.inf, 1.0])], 0 + 1, [1.0, 0.0]),
]


@pytest.mark.parametrize("key, operands, k, expected", EDGES, ids=lambda v: v if isinstance(v, str) else None)
def test_edge(key: str, operands: list[Any], k: int, expected: Any) -> None:
    if key == "math.cbrt" and not hasattr(math, "cbrt"):
        pytest.skip("math.cbrt came with Python 3.11")
    app = Application(key, operands)
    y = app.run(app.result, app.values)
    g = np.array([1.0, 2.0]) if key == "np.sort" else 1.0 if np.ndim(y) == 0 else np.ones(np.shape(y))
    outcome = app.adjoint(k, app.param(g))
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        result = app.run(outcome, [*app.values, g])
    np.testing.assert_allclose(np.broadcast_to(result, np.shape(expected)), expected, rtol=1e-14, atol=0)


def test_where_stops_nan() -> None:
    app = Application("np.where", [np.array([True, False]), np.ones(2), np.ones(2)])
    g = np.array([1.0, np.nan])
    outcome = app.adjoint(1, app.param(g))
    assert app.run(outcome, [*app.values, g]).tolist() == [1.0, 0.0]
