"""Reshaping: the elements stay, their arrangement in axes changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import Num, Shape, Type
from s2sad.rules.declare import linear, rows
from s2sad.rules.reductions import is_literal
from s2sad.rules.type_shapes import axes_of, shape_operand, size_of
from s2sad.rules.types import array_of, arrays


def _shaped(rule: Callable[..., Shape | None]) -> Any:
    """A type rule from a rule for the shape: ``rule(shape of x, *other atoms)``; unknown rank stays unknown."""

    def types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        x = array_of(args[0].type)
        return [Num(x.kind, x.dtype, None if x.shape is None else rule(x.shape, *args[1:]))]

    return arrays(types)


def _back(F: Formulas, g: Term, y: Term, x: Term, *rest: Term) -> Term:
    return F.reshape(g, F.shape(x))


def _reshape_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    shape = shape_operand(args[1])
    total = size_of(x.shape)
    if shape is not None and total is not None and isinstance(args[1], Const) and shape.count(None) == 1:
        known = size_of(tuple(d for d in shape if d is not None)) or 1
        shape = tuple(total // known if d is None else d for d in shape)
    if shape == (None,) and x.rank == 1 and is_minus_one(args[1]):
        shape = x.shape
    return [Num(x.kind, x.dtype, shape)]


def is_minus_one(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value in (-1, (-1,))


def _ravel_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    return [Num(x.kind, x.dtype, x.shape if x.rank == 1 else (size_of(x.shape),))]


def permutation(axes: Atom, rank: int) -> tuple[int, ...] | None:
    if not isinstance(axes, Const):
        return None
    if axes.value is None:
        return tuple(range(rank))[::-1]
    return tuple(int(k) % rank for k in axes.value) if isinstance(axes.value, tuple) else None


def _transposed(shape: Shape, axes: Atom) -> Shape:
    order = permutation(axes, len(shape))
    return (None,) * len(shape) if order is None else tuple(shape[k] for k in order)


def _transpose_adjoint(F: Formulas, g: Term, y: Term, x: Term, axes: Term) -> Term:
    if is_literal(axes, None):
        return F.transpose(g)
    if not isinstance(axes.atom, Const) or not isinstance(axes.atom.value, tuple):
        return F.transpose(g, F.argsort(F.asarray(axes)))
    order = permutation(axes.atom, len(axes.atom.value)) or ()
    return F.transpose(g, tuple(order.index(k) for k in range(len(order))))


def _swapped(shape: Shape, a: Atom, b: Atom) -> Shape | None:
    if not isinstance(a, Const) or not isinstance(b, Const):
        return (None,) * len(shape)
    dims = list(shape)
    i, j = int(a.value), int(b.value)  # type: ignore[call-overload]
    if not _in_range(shape, i, j):
        return None
    dims[i], dims[j] = dims[j], dims[i]
    return tuple(dims)


def _in_range(shape: Shape, *axes: int) -> bool:
    return all(-len(shape) <= k < len(shape) for k in axes)


def _moved(shape: Shape, source: Atom, destination: Atom) -> Shape | None:
    if not (isinstance(source, Const) and isinstance(destination, Const) and isinstance(source.value, int)
            and isinstance(destination.value, int)):
        return (None,) * len(shape)
    if not _in_range(shape, source.value, destination.value):
        return None
    dims = list(shape)
    moved = dims.pop(source.value)
    dims.insert(destination.value % len(shape), moved)
    return tuple(dims)


def _expanded(shape: Shape, axis: Atom) -> Shape | None:
    if not isinstance(axis, Const):
        one = isinstance(axis.type, Num) and axis.type.kind == "int" and axis.type.is_scalar
        return (None,) * (len(shape) + 1) if one else None
    values = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    rank = len(shape) + len(values)
    axes = {int(v) % rank for v in values}
    rest = iter(shape)
    return tuple(1 if k in axes else next(rest) for k in range(rank))


def _squeezed(shape: Shape, axis: Atom) -> Shape | None:
    if isinstance(axis, Const) and axis.value is None:
        return tuple(d for d in shape if d != 1) if all(isinstance(d, int) for d in shape) else None
    axes = axes_of(axis, len(shape))
    return None if axes is None else tuple(d for k, d in enumerate(shape) if k not in axes)


def _squeeze_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term) -> Term:
    return F.reshape(g, F.shape(x)) if is_literal(axis, None) else F.expand_dims(g, axis)


def _broadcast_to_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    return [Num(x.kind, x.dtype, shape_operand(args[1]))]


def _at_least(n: int) -> Any:
    def rule(shape: Shape) -> Shape:
        return (1,) * (n - len(shape)) + shape

    return _shaped(rule)


RESHAPING = rows(
    linear("y = np.reshape(x, shape)", x=_back, inactive=("shape",), types=arrays(_reshape_types), view_of="x",
           fresh=False),
    linear("y = np.ravel(x)", x=_back, types=_ravel_types, view_of="x", fresh=False),
    linear("y = np.transpose(x, axes=None)", x=_transpose_adjoint, types=_shaped(_transposed), view_of="x",
           fresh=False),
    linear("y = np.swapaxes(x, axis1, axis2)", x="swapaxes(g, axis1, axis2)", inactive=("axis1", "axis2"),
           types=_shaped(_swapped), view_of="x", fresh=False),
    linear("y = np.moveaxis(x, source, destination)", x="moveaxis(g, destination, source)",
           inactive=("source", "destination"), types=_shaped(_moved), view_of="x", fresh=False),
    linear("y = np.expand_dims(x, axis)", x=_back, inactive=("axis",), types=_shaped(_expanded), view_of="x",
           fresh=False),
    linear("y = np.squeeze(x, axis=None)", x=_squeeze_adjoint, types=_shaped(_squeezed), view_of="x", fresh=False),
    linear("y = np.broadcast_to(x, shape)", x="unbroadcast(g, x)", inactive=("shape",),
           types=arrays(_broadcast_to_types), view_of="x", fresh=False),
    linear("y = np.atleast_1d(x)", x=_back, types=_at_least(1), view_of="x", fresh=False),
    linear("y = np.atleast_2d(x)", x=_back, types=_at_least(2), view_of="x", fresh=False),
)
