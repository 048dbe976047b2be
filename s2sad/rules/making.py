"""Making arrays, of other values or from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import DimLike, Num, Type
from s2sad.rules.declare import general, linear, nondifferentiable, rows
from s2sad.rules.raising import steps
from s2sad.rules.reductions import is_literal, rank_of
from s2sad.rules.type_shapes import constructor, dtype_operand, like, shape_operand
from s2sad.rules.types import array_of, arrays, default_dtype, number, promote, same_array


def _array_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    named = dtype_operand(args[1]) if len(args) > 1 else None
    kind, dtype = named if named is not None else (x.kind, x.dtype)
    return [Num(kind, dtype, x.shape)]


def _arange_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    given = [number(a.type) for a in args[:3] if not (isinstance(a, Const) and a.value is None)]
    named = dtype_operand(args[3])
    kind, _ = promote(given)
    dtype = default_dtype(kind)
    if named is not None:
        kind, dtype = named
    length: DimLike = None
    only = isinstance(args[1], Const) and args[1].value is None
    if only and isinstance(args[0], Const) and isinstance(args[0].value, int):
        length = args[0].value
    return [Num(kind, dtype, (length,))]


def _linspace_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    n = args[2].value if isinstance(args[2], Const) and isinstance(args[2].value, int) else None
    rank = number(args[0].type).rank
    return [Num("float", "float64", (n,) if rank in (0, None) else (n,) + (None,) * (rank or 0))]


def _require_scalars(*xs: Term) -> None:
    if any(rank_of(x) not in (0, None) for x in xs):
        raise UnsupportedError("np.linspace between arrays", hint="use start + (stop - start) * t")


def _weights(F: Formulas, y: Term, n: Term, endpoint: Term) -> Term:
    """The share of `stop` in each point."""
    last = n if is_literal(endpoint, False) else n - 1 if not isinstance(n.atom, Const) else F.term(
        max(n.atom.value - 1, 1))  # type: ignore[operator]
    return F.arange(n) / last


def _linspace(part: int, transpose: bool) -> Any:
    def formula(F: Formulas, v: Term, y: Term, start: Term, stop: Term, n: Term, endpoint: Term) -> Term:
        _require_scalars(start, stop)
        w = _weights(F, y, n, endpoint)
        w = w if part == 1 else 1.0 - w
        return F.sum(v * w) if transpose else v * w

    return formula


def _eye_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    n = shape_operand(args[0])
    m = n if isinstance(args[1], Const) and args[1].value is None else shape_operand(args[1])
    named = dtype_operand(args[3])
    kind, dtype = named if named is not None else ("float", "float64")
    return [Num(kind, dtype, (n or (None,))[:1] + (m or (None,))[:1])]


def _identity_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    n = shape_operand(args[0]) or (None,)
    return [Num("float", "float64", n[:1] * 2)]


MAKING = rows(
    linear("y = np.array(x, dtype=None, copy=True)", x="g", types=arrays(_array_types)),
    linear("y = np.asarray(x, dtype=None)", x="g", types=arrays(_array_types), view_of="x", fresh=False),
    linear("y = np.ascontiguousarray(x, dtype=None)", x="g", types=arrays(_array_types), view_of="x", fresh=False),
    linear("y = np.copy(x)", x="g", types=arrays(same_array)),
    linear("y = np.astype(x, dtype)", x="g", inactive=("dtype",), types=_array_types),
    linear("y = np.full(shape, fill_value, dtype=None)", fill_value="g", inactive=("shape",),
           types=arrays(lambda args, attrs: constructor(2, kind=number(args[1].type).kind or "float")(args, attrs))),
    linear("y = np.full_like(x, fill_value, dtype=None)", inactive=("x",), types=arrays(like(2)),
           fill_value="g"),
    general("y = np.linspace(start, stop, num=50, endpoint=True)", types=_linspace_types,
            jvp={"start": _linspace(0, False), "stop": _linspace(1, False)},
            vjp={"start": _linspace(0, True), "stop": _linspace(1, True)}),
    *(nondifferentiable(f"y = np.{name}(shape, dtype=None)", types=arrays(constructor(1)))
      for name in ("zeros", "ones", "empty")),
    *(nondifferentiable(f"y = np.{name}(x, dtype=None)", types=arrays(like(1)))
      for name in ("zeros_like", "ones_like", "empty_like")),
    nondifferentiable("y = np.eye(N, M=None, k=0, dtype=None)", types=_eye_types),
    nondifferentiable("y = np.tri(N, M=None, k=0, dtype=None)", types=_eye_types),
    nondifferentiable("y = np.identity(n)", types=_identity_types),
    nondifferentiable("y = np.arange(start, stop=None, step=None, dtype=None)", types=_arange_types, raises=steps),
)
