"""Joining and repeating arrays: `np.concatenate`, `np.stack`, `np.tile` and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import DimLike, ListType, Num, Shape, TupleType, Type, join
from s2sad.rules.declare import linear, rows
from s2sad.rules.reductions import is_literal, rank_of
from s2sad.rules.type_shapes import axes_of, shape_operand
from s2sad.rules.types import array_of, number, promote


def _parts(atom: Atom) -> list[Type] | None:
    """The types of the arrays in a literal tuple or list of arrays."""
    t = atom.type
    if isinstance(t, TupleType):
        return list(t.items)
    if isinstance(t, ListType) and t.length is not None:
        return [t.item] * t.length
    return None


def _joined_types(rank_after: Callable[[int], int] | None = None, new_axis: bool = False) -> Any:
    def types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        parts = _parts(args[0])
        item = getattr(args[0].type, "item", None)
        numbers = [array_of(t) for t in (parts or ([item] if item is not None else []))]
        if not numbers:
            return [Num()]
        kind, dtype = promote(numbers)
        ranks = {n.rank for n in numbers}
        if None in ranks or len(ranks) != 1:
            return [Num(kind, dtype, None)]
        (rank,) = ranks
        assert rank is not None
        after = rank_after(rank) if rank_after else rank + 1 if new_axis else rank
        return [Num(kind, dtype, (None,) * after)]

    return types


def _require_parts(x: Term, what: str) -> int:
    parts = _parts(x.atom)
    if parts is None:
        raise UnsupportedError(f"the derivative of {what} of a list of unknown length",
                               hint="write the arrays as a literal tuple or list")
    return len(parts)


def _items(F: Formulas, x: Term, make: Callable[[int, Term], Term], what: str) -> Term:
    """A tuple or list of the adjoints of the items."""
    n = _require_parts(x, what)
    items = [make(k, x[k]) for k in range(n)]
    return F.tuple(*items) if isinstance(x.type, TupleType) else F.list(*items)


def _along(axis: int, cut: Term, F: Formulas) -> Any:
    """The subscript that cuts one axis."""
    return cut if axis == 0 else F.tuple(*[F.slice(None, None, None)] * axis, cut)


def _split(F: Formulas, g: Term, x: Term, axis: int, what: str) -> Term:
    """The pieces of `g` along an axis, one for each item of x."""
    start: list[Any] = [None]

    def piece(k: int, item: Term) -> Term:
        length = F.shape(item)[axis]
        stop = length if start[0] is None else start[0] + length
        part = g[_along(axis, F.slice(start[0], stop, None), F)]
        start[0] = stop
        return part

    return _items(F, x, piece, what)


def _axis(axis: Term, rank: int | None) -> int:
    value = axis.atom.value if isinstance(axis.atom, Const) else None
    if not isinstance(value, int):
        raise UnsupportedError("joining along an axis that is not a literal integer",
                               hint="write the axis as a number")
    if value < 0 and rank is None:
        raise UnsupportedError("joining arrays of unknown rank along a negative axis",
                               hint="count the axis from the front")
    return value if value >= 0 else value + (rank or 0)


def _concatenate_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term) -> Term:
    return _split(F, g, x, _axis(axis, rank_of(g)), "np.concatenate")


def _stack_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term) -> Term:
    where = _axis(axis, rank_of(g))
    return _items(F, x, lambda k, item: g[_along(where, F.term(k), F)], "np.stack")


def _item_rank(x: Term) -> int | None:
    parts = _parts(x.atom)
    return None if not parts else number(parts[0]).rank


def _vstack_adjoint(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    rank = _item_rank(x)
    if rank is None:
        raise UnsupportedError("np.vstack of arrays whose rank is not known", hint="use np.stack or np.concatenate")
    if rank <= 1:
        return _items(F, x, lambda k, item: g[k] if rank else g[F.tuple(k, 0)], "np.vstack")
    return _split(F, g, x, 0, "np.vstack")


def _hstack_adjoint(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    rank = _item_rank(x)
    if rank is None:
        raise UnsupportedError("np.hstack of arrays whose rank is not known", hint="use np.stack or np.concatenate")
    if rank == 0:
        return _items(F, x, lambda k, item: g[k], "np.hstack")
    return _split(F, g, x, 0 if rank == 1 else 1, "np.hstack")


def _column_stack_adjoint(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    rank = _item_rank(x)
    if rank not in (1, 2):
        raise UnsupportedError("np.column_stack of arrays whose rank is not known", hint="use np.stack")
    if rank == 1:
        return _items(F, x, lambda k, item: g[_along(1, F.term(k), F)], "np.column_stack")
    return _split(F, g, x, 1, "np.column_stack")


def _append_parts(F: Formulas, g: Term, x: Term, values: Term, axis: Term, which: int) -> Term:
    if not is_literal(axis, None):
        k = _axis(axis, rank_of(g))
        n = F.shape(x)[k]
        cut = F.slice(None, n, None) if which == 0 else F.slice(n, None, None)
        return g[_along(k, cut, F)]
    n = F.size(x)
    part = g[F.slice(None, n, None)] if which == 0 else g[F.slice(n, None, None)]
    target = x if which == 0 else values
    return part if rank_of(target) == 1 else F.reshape(part, F.shape(target))


def _append_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = array_of(args[0].type), array_of(args[1].type)
    flat = isinstance(args[2], Const) and args[2].value is None
    shape: Shape | None = (None,) if flat else None if a.shape is None else (None,) * len(a.shape)
    return [Num(*promote([a, b]), shape)]


def _tile_adjoint(F: Formulas, g: Term, y: Term, x: Term, reps: Term) -> Term:
    """The sum over the copies: split every axis of g into (repeat, length)."""
    rank = rank_of(x)
    if rank == 1 and isinstance(reps.type, Num):
        return F.sum(F.reshape(g, F.tuple(reps, -1)), 0)
    if rank is None or not isinstance(reps.type, TupleType):
        if rank is None or not isinstance(reps.type, Num):
            raise UnsupportedError("np.tile of an array of unknown rank", hint="annotate the array's rank")
        counts: list[Any] = [reps]
    else:
        counts = [reps[k] for k in range(len(reps.type.items))]
    width = max(rank, len(counts))
    counts = [1] * (width - len(counts)) + counts
    lengths: list[Any] = [1] * (width - rank) + [F.shape(x)[k] for k in range(rank)]
    split = F.reshape(g, F.tuple(*[n for pair in zip(counts, lengths) for n in pair]))
    total = F.sum(split, tuple(range(0, 2 * width, 2)))
    return total if width == rank else F.reshape(total, F.shape(x))


def _tile_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    reps = shape_operand(args[1])
    rank = None if x.shape is None or reps is None else max(len(x.shape), len(reps))
    return [Num(x.kind, x.dtype, None if rank is None else (None,) * rank)]


def _repeat_adjoint(F: Formulas, g: Term, y: Term, x: Term, repeats: Term, axis: Term) -> Term:
    if not (isinstance(repeats.type, Num) and repeats.type.is_scalar):
        raise UnsupportedError("np.repeat with an array of repeats", hint="use integer-array indexing")
    if is_literal(axis, None):
        total = F.sum(F.reshape(g, F.tuple(-1, repeats)), 1)
        return total if rank_of(x) == 1 else F.reshape(total, F.shape(x))
    rank = rank_of(x)
    if rank is None:
        raise UnsupportedError("np.repeat of an array of unknown rank", hint="annotate the array's rank")
    k = _axis(axis, rank)
    lengths: list[Any] = [F.shape(x)[i] for i in range(rank)]
    return F.sum(F.reshape(g, F.tuple(*lengths[:k + 1], repeats, *lengths[k + 1:])), k + 1)


def _repeat_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    if isinstance(args[2], Const) and args[2].value is None:
        return [Num(x.kind, x.dtype, (None,))]
    axes = axes_of(args[2], x.rank)
    shape = None if x.shape is None else tuple(
        None if axes is None or k in axes else d for k, d in enumerate(x.shape))
    return [Num(x.kind, x.dtype, shape)]


def _concatenate_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """Lengths other than along the joined axis stay known."""
    (result,) = _joined_types()(args, attrs)
    parts = _parts(args[0])
    if not isinstance(result, Num) or result.shape is None or not parts:
        return [result]
    shapes = [array_of(t).shape or () for t in parts]
    axes = axes_of(args[1], len(result.shape)) or tuple(range(len(result.shape)))
    dims: list[DimLike] = []
    for k in range(len(result.shape)):
        lengths = [s[k] for s in shapes]
        same_length = lengths[0] if all(d == lengths[0] for d in lengths) else None
        whole = sum(d for d in lengths if isinstance(d, int)) if all(isinstance(d, int) for d in lengths) else None
        dims.append(whole if k in axes else same_length)
    return [Num(result.kind, result.dtype, tuple(dims))]


def _stack_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    (result,) = _joined_types(new_axis=True)(args, attrs)
    parts = _parts(args[0])
    axes = axes_of(args[1], result.rank) if isinstance(result, Num) else None
    if not parts or axes is None or not isinstance(result, Num):
        return [result]
    item: Type = parts[0]
    for other in parts[1:]:
        item = join(item, other)
    shape = array_of(item).shape
    if shape is None:
        return [result]
    k = axes[0]
    return [Num(result.kind, result.dtype, (*shape[:k], len(parts), *shape[k:]))]


JOINING = rows(
    linear("y = np.concatenate(arrays, axis=0)", arrays=_concatenate_adjoint, types=_concatenate_types),
    linear("y = np.stack(arrays, axis=0)", arrays=_stack_adjoint, types=_stack_types),
    linear("y = np.vstack(arrays)", arrays=_vstack_adjoint, types=_joined_types(lambda r: max(r, 2))),
    linear("y = np.hstack(arrays)", arrays=_hstack_adjoint, types=_joined_types(lambda r: max(r, 1))),
    linear("y = np.column_stack(arrays)", arrays=_column_stack_adjoint, types=_joined_types(lambda r: 2)),
    linear("y = np.append(x, values, axis=None)", types=_append_types,
           x=lambda F, g, y, x, values, axis: _append_parts(F, g, x, values, axis, 0),
           values=lambda F, g, y, x, values, axis: _append_parts(F, g, x, values, axis, 1)),
    linear("y = np.tile(x, reps)", x=_tile_adjoint, inactive=("reps",), types=_tile_types),
    linear("y = np.repeat(x, repeats, axis=None)", x=_repeat_adjoint, inactive=("repeats",), types=_repeat_types),
)
