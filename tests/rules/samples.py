"""Operands with which each row of the table is tested, by key."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sad.rules import TABLE, Row

RNG = np.random.default_rng(7)
INF = float("inf")


def array(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Any:
    """Distinct numbers in an interval, away from its ends and from 0 where 0 is inside."""
    rng = np.random.default_rng(seed)
    n = int(np.prod(shape)) if shape else 1
    points = (np.arange(n) + 0.3 + 0.4 * rng.random(n)) / n
    rng.shuffle(points)
    values = low + (high - low) * (0.05 + 0.9 * points)
    if low < 0 < high:
        values = np.where(np.abs(values) < 0.05 * high, values + 0.1 * high, values)
    return values.reshape(shape)


def interval(row: Row, k: int) -> tuple[float, float]:
    low, high = row.domain.get(k, (-2.0, 2.0))
    if low == -INF:
        low = -3.0
    return low, (low + 3.0 if high == INF else high)


def elementwise(row: Row) -> list[list[Any]]:
    """Scalars for `math` and operators; same shapes, broadcast pairs and scalars for NumPy."""
    inactive = {"i": 3, "n": 2}
    required = [a for a in row.signature.arguments if repr(a.default) == "required"]
    names = ["x", "y"] if row.signature.variadic else [a.name for a in required]
    defaults = [a.default for a in row.signature.arguments if a not in required and not row.signature.variadic]
    shapes: list[list[tuple[int, ...]]] = [[()] * len(names)]
    if "math." not in row.name and row.name not in ("helper.polygamma", "max", "min", "float"):
        shapes += [[(3,)] * len(names), [(2, 3)] * len(names)]
        if len(names) == 2:
            shapes += [[(3,), ()], [(), (3,)], [(2, 1), (3,)], [(3,), (2, 3)], [(1, 3), (2, 3)]]
    samples = []
    for shape in shapes:
        operands: list[Any] = []
        for k, (name, s) in enumerate(zip(names, shape)):
            low, high = interval(row, k)
            value = array(*s, low=low, high=high, seed=k)
            operands.append(inactive[name] if name in inactive else float(value) if s == () else value)
        samples.append([*operands, *defaults])
    return samples


X3, X23, X33, X234 = array(3), array(2, 3, seed=1), array(3, 3, seed=2), array(2, 3, 4, seed=3)
Y3, Y23, Y33, Y4 = array(3, seed=4), array(2, 3, seed=5), array(3, 3, seed=6), array(4, seed=7)
Z0 = np.array([2.0, 0.0, 3.0])
W3 = np.array([1.0, 2.0, 3.5])
SPD = np.array([[4.0, 0.5, 0.2], [0.5, 3.0, 0.1], [0.2, 0.1, 2.0]])
MATRIX = X33 + 3.0 * np.eye(3)
MASK = np.array([True, False, True])
REDUCTION = [(X3, None), (X3, 0), (X3, -1), (X23, None), (X23, 0), (X23, 1), (X23, -1), (X234, (0, 2)), (X234, 1)]


def reductions(*middle: Any) -> list[list[Any]]:
    """``(x, axis, *middle, keepdims)``."""
    return [[x, axis, *middle, keep] for x, axis in REDUCTION for keep in (False, True)]


def along(*xs: tuple[Any, Any]) -> list[list[Any]]:
    return [list(x) for x in xs]


PRODUCTS = [[X3, Y3], [X23, Y3], [Y3, X33], [X23, Y33]]
JOINED = [[(X3, Y3), 0], [[X3, Y3], 0], [(X23, Y23), 0], [(X23, Y23), 1], [(X23, Y23), -1]]

SAMPLES: dict[str, list[list[Any]]] = {
    "neg": [[1.5], [X3]], "pos": [[1.5], [X3]], "abs": [[1.5], [-1.5], [X3]],
    "pow": [[1.5, n] for n in (0, 1, 2, 3, -1, -2, 0.5, 2.5, 1.0)] + [[X3, 2], [X3, 3], [-1.5, 3], [0.0, 2], [0.0, 3]]
    + [[1.5, 2.5], [np.abs(X3), 1.7], [np.abs(X3), Y3], [1.5, Y3], [np.abs(X23), Y3]],
    "max": [[1.5, 2.5], [2.5, 1.5], [1.0, 3.0, 2.0]], "min": [[1.5, 2.5], [2.5, 1.5], [3.0, 1.0, 2.0]],
    "matmul": [*PRODUCTS, [X234, Y4], [Y3, X234], [X234, array(4, 2)], [X234, array(2, 4, 2)], [X23, X234]],
    "math.log": [[1.5, None], [1.5, 2.5]],
    "math.hypot": [[1.5, 2.5], [1.0, 2.0, 3.0], [1.5]],
    "sum": [[X3, 0], [[1.0, 2.0], 0]], "math.fsum": [[X3], [[1.0, 2.0, 3.0]]],
    "math.prod": [[[1.0, 2.0, 3.0], 1], [X3, 1]],
    "np.clip": [[X3, -0.5, 0.5], [X3, None, 0.5], [X3, -0.5, None], [X23, Y3, 1.5], [0.3, -1.0, 1.0]],
    "np.where": [[MASK, X3, Y3], [MASK, X3, 0.5], [MASK, X23, Y3], [MASK, 1.5, 2.5]],
    "scipy.special.logsumexp": reductions(), "complex": [], "math.nextafter": [], "np.nextafter": [],
    "np.nan_to_num": [[X3, True, 0.0, None, None]],
    "np.heaviside": [[X3, 0.5]],
    "math.ldexp": [[1.5, 3]], "np.ldexp": [[X3, 2], [X3, np.array([1, 2, 3])], [X23, np.array([1, 2, 3])]],
    "np.real": [[X3]], "np.conj": [[X3]], "np.conjugate": [[X3]], "np.imag": [],
    "np.average": reductions(None) + [[X3, None, W3, False], [X23, 1, W3, False], [X23, 0, W3[:2], True],
                                      [X23, None, np.abs(Y23), False], [X23, 1, np.abs(Y23), False]],
    **{f"np.{n}": reductions(None) for n in ("sum", "mean")},
    "np.prod": [s for s in reductions(None) if not isinstance(s[1], tuple)] + [[Z0, None, None, False]],
    "np.cumprod": along((X3, None, None), (X3, 0, None), (X23, None, None), (X23, 0, None), (X23, 1, None),
                        (X23, -1, None), (Z0, None, None)),
    "np.cumsum": along((X3, None, None), (X3, 0, None), (X23, None, None), (X23, 0, None), (X23, -1, None)),
    "np.diff": along((X3, 1, -1), (X23, 1, -1), (X23, 1, 0)),
    "np.trapezoid": [[Y3, None, 0.5, -1], [Y3, W3, 1.0, -1], [X23, W3, 1.0, -1], [X23, None, 0.5, -1]],
    "helper.prod_of_others": [[X3], [X23], [Z0]],
    **{f"np.{n}": reductions() for n in ("max", "amax", "min", "amin", "ptp")},
    **{f"np.{n}": reductions(ddof) for n, ddof in (("var", 0), ("std", 1))},
    "np.median": [[X3, None, False], [Y4, None, False], [X23, 1, False], [X23, 0, True]],
    "np.linalg.norm": [[x, order, axis, keep] for x, axis in ((X3, None), (X23, 0), (X23, 1), (X3, 0))
                       for order in (None, 2, 1, INF, -INF) for keep in (False, True)
                       if order is None or x is X3 or axis is not None]
    + [[X23, None, None, False], [X23, "fro", None, False], [X234, None, (1, 2), False]],
    "helper.matmul_adjoint_x": [[array(2), X23, Y3], [array(2, 3), X23, Y33], [Y3, X3, X33], [1.5, X3, Y3]],
    "helper.matmul_adjoint_y": [[array(2), X23, Y3], [array(2, 3), X23, Y33], [Y3, X3, X33], [1.5, X3, Y3]],
    "np.matmul": [*PRODUCTS, [X234, Y4], [Y3, X234], [X234, array(2, 4, 2)]],
    "np.dot": [*PRODUCTS, [X3, 2.0], [2.0, X3], [X234, Y4], [X234, array(4, 2)]],
    "np.inner": [[X3, Y3], [X23, Y3], [X23, Y33], [Y3, X23]],
    "np.outer": [[X3, Y4], [X23, Y3]], "np.vdot": [[X3, Y3]],
    "np.kron": [[X23, array(2, 2)], [X3, Y4]],
    "np.cross": [[X3, Y3], [X23, Y23], [X23, Y3]],
    "np.tensordot": [[X23, Y33, 1], [X234, array(4, 3), 1], [X234, array(3, 4), 2], [X3, Y4, 0],
                     [X234, array(4, 5, 3), ((1, 2), (2, 0))], [X23, array(5, 2), ((0,), (1,))], [X3, Y3, 1]],
    "np.einsum": [["ij,jk->ik", X23, Y33], ["i,i->", X3, Y3], ["ij->ji", X23], ["ij->", X23], ["ij->i", X23],
                  ["ij,j", X23, Y3], ["i,j,ij->", X3, Y4, array(3, 4)], ["i,jk->i", X3, X23], ["ij,ij->ij", X23, Y23]],
    "np.trace": [[X33, 0], [X23, 1], [X23, -1]],
    "np.linalg.inv": [[MATRIX]], "np.linalg.det": [[MATRIX]], "np.linalg.cholesky": [[SPD]],
    "np.linalg.eigvalsh": [[SPD, "L"]],
    "np.linalg.eigh": [], "np.linalg.slogdet": [],  # pairs: tests/cases/arrays/decompositions.py
    "np.interp": [[array(4), np.array([-3.0, -0.4, 0.3, 3.0]), array(4), None, None, None],
                  [0.2, np.array([-3.0, -0.4, 0.3, 3.0]), array(4), None, None, None],
                  [np.array([-9.0, 9.0]), np.array([-3.0, -0.4, 0.3]), X3, None, None, None]],
    "np.linalg.solve": [[MATRIX, Y3], [MATRIX, array(3, 2)]],
    "np.reshape": [[X23, (3, 2)], [X23, -1], [X23, (-1,)], [X3, (3, 1)], [X234, (6, -1)]],
    "np.ravel": [[X23], [X3]], "np.transpose": [[X23, None], [X234, (1, 2, 0)], [X234, None], [X234, (-1, 0, 1)]],
    "np.swapaxes": [[X234, 0, 2], [X23, 0, 1], [X234, -1, -2]],
    "np.moveaxis": [[X234, 0, -1], [X234, 2, 0], [X234, (0, 1), (1, 2)]],
    "np.expand_dims": [[X3, 0], [X3, 1], [X23, (0, 2)], [X23, -1]],
    "np.squeeze": [[X3.reshape(1, 3), None], [X3.reshape(3, 1), 1], [X3.reshape(1, 3, 1), (0, 2)]],
    "np.broadcast_to": [[X3, (2, 3)], [X3.reshape(3, 1), (3, 4)]],
    "np.atleast_1d": [[X3], [X23]], "np.atleast_2d": [[X3], [X23]],
    "np.concatenate": JOINED,
    "np.stack": [[(X3, Y3), 0], [[X3, Y3], 1], [(X3, Y3), -1], [(X23, Y23), 1]],
    "np.vstack": [[(X3, Y3)], [[X23, Y23]], [(X23, Y33)]], "np.hstack": [[(X3, Y4)], [[X23, Y23]]],
    "np.column_stack": [[(X3, Y3)], [(X23, Y23)]],
    "np.append": [[X3, Y4, None], [X23, Y23, 0], [X23, Y3, None], [X3, 1.5, None]],
    "np.tile": [[X3, 2], [X3, (2, 3)], [X23, 2], [X23, (2, 1)], [X23, (2, 1, 3)]],
    "np.repeat": [[X3, 2, None], [X23, 3, None], [X23, 2, 0], [X23, 2, 1], [X23, 2, -1]],
    "np.flip": [[X3, None], [X23, 0], [X23, None], [X234, (0, 1)]], "np.fliplr": [[X23]], "np.flipud": [[X23]],
    "np.roll": [[X3, 1, None], [X23, 1, None], [X23, -1, 0], [X23, (1, 2), (0, 1)]],
    "np.rot90": [[X23, 1, (0, 1)], [X23, 2, (0, 1)], [X23, -1, (0, 1)]],
    "np.tril": [[X33, 0], [X23, -1], [X23, 1]], "np.triu": [[X33, 0], [X23, 1]],
    "np.diag": [[X3, 0], [X3, 1], [X33, 0], [X23, 1], [X33, -1]],
    "np.diagonal": [[X33, 0, 0, 1], [X23, 1, 0, 1], [X33, -1, 0, 1]],
    "np.pad": [[X3, 1, "constant", 0], [X3, (1, 2), "constant", 0], [X23, ((1, 0), (0, 2)), "constant", 0],
               [X23, 2, "constant", 0], [X23, (1, 2), "constant", 0]],
    "np.take": [[X3, np.array([0, 2, 2]), None], [X23, np.array([0, 2, 0]), 1], [X23, np.array([[1, 0]]), 0],
                [X23, np.array([5, 5]), None], [X3, 1, None]],
    "np.sort": [[X3, -1], [X23, -1], [X23, 0]],
    "np.take_along_axis": [[X3, np.array([2, 0]), 0], [X23, np.array([[1, 1, 0], [0, 2, 2]]), 1],
                           [X23, np.array([[1, 0, 1]]), 0]],
    "helper.along_adjoint": [[Y3, X3, np.array([2, 0, 2]), 0], [X23, X23, np.array([[1, 1, 0], [0, 2, 2]]), 1]],
    "helper.diagonal_adjoint": [[X3, X33, 0], [X3[:2], X33, 1]],
    "helper.take_adjoint": [[X3, X3, np.array([0, 2, 2]), None], [X23, X23, np.array([0, 2, 0]), 1]],
    "np.array": [[X3, None, True], [[1.0, 2.0], None, True], [[X3, Y3], None, True], [(1.0, 2.0), None, True]],
    "np.asarray": [[X3, None], [[1.0, 2.0], None]], "np.ascontiguousarray": [[X3, None]],
    "np.copy": [[X3]], "np.astype": [[X3, "float64"]],
    "np.full": [[3, 1.5, None], [(2, 3), 1.5, None]], "np.full_like": [[X3, 1.5, None]],
    "np.linspace": [[1.0, 2.0, 5, True], [1.0, 2.0, 4, False]],
    "helper.tangent_view": [[X23, X23, X23.reshape(-1)]],
    "helper.total": [[1.5, 2.5], [X3, 2.0 * X3]],
    "helper.unbroadcast": [[X23, X3], [X23, X3.reshape(1, 3)], [X3, X3], [X23, 1.5]],
    "helper.of_shape": [[X3, Y3, "x"]],
    "float": [[1.5]], "np.item": [[np.array([1.5])]],
    "np.select": [],
}


def samples(row: Row) -> list[list[Any]] | None:
    if row.name.startswith("math.") and not hasattr(math, row.name[5:]):
        return []  # math.fma came with Python 3.13, cbrt and exp2 with 3.11
    if row.name in SAMPLES:
        return SAMPLES[row.name]
    return elementwise(row) if row.kind == "elementwise" else None


MISSING = [row.name for row in TABLE if row.kind in ("elementwise", "linear", "bilinear", "general")
           and samples(row) is None]
