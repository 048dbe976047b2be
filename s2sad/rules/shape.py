"""Making arrays, and moving their elements about without arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import INT, DimLike, ListType, Num, Shape, TupleType, Type, join
from s2sad.rules.declare import general, linear, nondifferentiable, rows, structural
from s2sad.rules.reductions import dtype_of, is_literal, rank_of
from s2sad.rules.type_shapes import axes_of, constructor, dtype_operand, like, shape_operand, size_of
from s2sad.rules.types import array_of, default_dtype, number, promote, same_array


def _shaped(rule: Callable[..., Shape | None]) -> Any:
    """A type rule from a rule for the shape: ``rule(shape of x, *other atoms)``; unknown rank stays unknown."""

    def types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        x = array_of(args[0].type)
        return [Num(x.kind, x.dtype, None if x.shape is None else rule(x.shape, *args[1:]))]

    return types


def _back(F: Formulas, g: Term, y: Term, x: Term, *rest: Term) -> Term:
    return F.reshape(g, F.shape(x))


# ---------------------------------------------------------------------------- reshaping

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


def _swapped(shape: Shape, a: Atom, b: Atom) -> Shape:
    if not isinstance(a, Const) or not isinstance(b, Const):
        return (None,) * len(shape)
    dims = list(shape)
    i, j = int(a.value), int(b.value)  # type: ignore[call-overload]
    dims[i], dims[j] = dims[j], dims[i]
    return tuple(dims)


def _moved(shape: Shape, source: Atom, destination: Atom) -> Shape:
    if not (isinstance(source, Const) and isinstance(destination, Const) and isinstance(source.value, int)
            and isinstance(destination.value, int)):
        return (None,) * len(shape)
    dims = list(shape)
    moved = dims.pop(source.value)
    dims.insert(destination.value % len(shape), moved)
    return tuple(dims)


def _expanded(shape: Shape, axis: Atom) -> Shape | None:
    if not isinstance(axis, Const):
        return (None,) * (len(shape) + 1) if axis.type == INT else None
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


# ---------------------------------------------------------------------------- joining and repeating

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
        raise UnsupportedError("joining along an axis that is not a literal integer")
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


# ---------------------------------------------------------------------------- rearranging

def _roll_adjoint(F: Formulas, g: Term, y: Term, x: Term, shift: Term, axis: Term) -> Term:
    if isinstance(shift.atom, Const):
        value = shift.atom.value
        back: object = tuple(-v for v in value) if isinstance(value, tuple) else -value  # type: ignore[operator]
        return F.roll(g, back, axis)
    if isinstance(shift.type, TupleType):
        return F.roll(g, F.tuple(*(-shift[k] for k in range(len(shift.type.items)))), axis)
    return F.roll(g, -shift, axis)


def _rot90_adjoint(F: Formulas, g: Term, y: Term, x: Term, k: Term, axes: Term) -> Term:
    return F.rot90(g, -k.atom.value if isinstance(k.atom, Const) else -k, axes)  # type: ignore[operator]


def _unknown_lengths(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    return [Num(x.kind, x.dtype, None if x.shape is None else (None,) * len(x.shape))]


def _pad_adjoint(F: Formulas, g: Term, y: Term, x: Term, width: Term, mode: Term, value: Term) -> Term:
    rank = rank_of(x)
    if not is_literal(mode, "constant") and not (isinstance(mode.atom, Const) and mode.atom.value == "constant"):
        raise UnsupportedError("np.pad with a mode other than 'constant'", hint="build the border by assignment")
    if rank is None:
        raise UnsupportedError("np.pad of an array of unknown rank", hint="annotate the array's rank")
    cuts = []
    for k in range(rank):
        before, after = _pad_width(width, k)
        length = F.shape(x)[k]
        stop = length if isinstance(before, int) and before == 0 else before + length
        del after
        cuts.append(F.slice(before, stop, None))
    return g[cuts[0] if rank == 1 else F.tuple(*cuts)]


def _pad_width(width: Term, axis: int) -> tuple[Any, Any]:
    """How much is added before and after an axis."""
    if isinstance(width.atom, Const):
        value: Any = width.atom.value
        if isinstance(value, int):
            return value, value
        if all(isinstance(v, int) for v in value):
            return (value[0], value[-1])
        pair = value[axis if len(value) > 1 else 0]
        return pair[0], pair[-1]
    if isinstance(width.type, Num):
        return width, width
    if isinstance(width.type, TupleType):
        items = width.type.items
        if all(isinstance(t, Num) for t in items):
            return width[0], width[-1 if len(items) == 2 else 0]
        pair_ = width[axis if len(items) > 1 else 0]
        return pair_[0], pair_[1]
    raise UnsupportedError("np.pad with a width of unknown form", hint="give literal widths")


def _diag_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    if x.rank == 1:
        main = isinstance(args[1], Const) and args[1].value == 0
        return [Num(x.kind, x.dtype, (x.shape or (None,)) * 2 if main else (None, None))]
    return [Num(x.kind, x.dtype, None if x.rank is None else (None,))]


def _diag_adjoint(F: Formulas, g: Term, y: Term, x: Term, k: Term) -> Term:
    if rank_of(x) == 1:
        return F.diag(g, k)
    return _diagonal_adjoint(F, g, y, x, k, F.term(0), F.term(1))


def _diagonal_adjoint(F: Formulas, g: Term, y: Term, x: Term, offset: Term, axis1: Term, axis2: Term) -> Term:
    if rank_of(x) != 2:
        raise UnsupportedError("the diagonal of an array that is not known to be a matrix",
                               hint="annotate the array's rank")
    return F.diagonal_adjoint(g, x, offset)


DIAGONAL_ADJOINT = '''
def _diagonal_adjoint(g, x, k):
    """A matrix shaped as x with g on its k-th diagonal."""
    result = np.zeros(x.shape, dtype=g.dtype)
    rows = np.arange(g.size) + max(-k, 0)
    result[rows, rows + k] = g
    return result
'''.lstrip()


def _trace_adjoint(F: Formulas, g: Term, y: Term, x: Term, offset: Term) -> Term:
    if rank_of(x) != 2:
        raise UnsupportedError("the trace of an array that is not known to be a matrix",
                               hint="annotate the array's rank")
    shape = F.shape(x)
    return g * F.eye(shape[0], shape[1], offset, dtype_of(F, x))


def _trace_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = number(args[0].type)
    return [Num(x.kind, x.dtype, None if x.shape is None else x.shape[2:])]


def _take_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x, i = array_of(args[0].type), array_of(args[1].type)
    if isinstance(args[2], Const) and args[2].value is None:
        return [Num(x.kind, x.dtype, i.shape)]
    axes = axes_of(args[2], x.rank)
    if axes is None or x.shape is None or i.shape is None:
        return [Num(x.kind, x.dtype, None)]
    k = axes[0]
    return [Num(x.kind, x.dtype, x.shape[:k] + i.shape + x.shape[k + 1:])]


TAKE_ADJOINT = '''
def _take_adjoint(g, x, indices, axis):
    """Adds the parts of g to where np.take(x, indices, axis) took them from."""
    result = np.zeros(x.shape, dtype=g.dtype)
    if axis is None:
        np.add.at(result.reshape(-1), indices, g)
    else:
        k = axis % x.ndim
        source = np.moveaxis(g, range(k, k + np.ndim(indices)), range(np.ndim(indices)))
        np.add.at(np.moveaxis(result, k, 0), indices, source)
    return result
'''.lstrip()


def _like_operand(k: int) -> Any:
    def types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        g, x = number(args[0].type), number(args[k].type)
        return [Num(g.kind, g.dtype, x.shape)]

    return types


def _sort_order(F: Formulas, x: Term, axis: Term) -> Term:
    if is_literal(axis, None):
        raise UnsupportedError("np.sort of a flattened array", hint="write np.sort(np.ravel(x))")
    return F.argsort(x, axis, kind="stable")


def _sort_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term) -> Term:
    order = _sort_order(F, x, axis)
    return F.take_along_axis(g, F.argsort(order, axis), axis)


def _argsort_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    return [Num("int", "int64", x.shape)]


def _take_along_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x, i = array_of(args[0].type), array_of(args[1].type)
    return [Num(x.kind, x.dtype, i.shape)]


# ---------------------------------------------------------------------------- making arrays

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


RESHAPING = rows(
    linear("y = np.reshape(x, shape)", x=_back, inactive=("shape",), types=_reshape_types, view_of="x",
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
    linear("y = np.broadcast_to(x, shape)", x="unbroadcast(g, x)", inactive=("shape",), types=_broadcast_to_types,
           view_of="x", fresh=False),
    linear("y = np.atleast_1d(x)", x=_back, types=_at_least(1), view_of="x", fresh=False),
    linear("y = np.atleast_2d(x)", x=_back, types=_at_least(2), view_of="x", fresh=False),
)

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

REARRANGING = rows(
    linear("y = np.flip(x, axis=None)", x="flip(g, axis)", types=same_array, view_of="x", fresh=False),
    linear("y = np.fliplr(x)", x="fliplr(g)", types=same_array, view_of="x", fresh=False),
    linear("y = np.flipud(x)", x="flipud(g)", types=same_array, view_of="x", fresh=False),
    linear("y = np.roll(x, shift, axis=None)", x=_roll_adjoint, inactive=("shift",), types=same_array),
    linear("y = np.rot90(x, k=1, axes=(0, 1))", x=_rot90_adjoint, types=_unknown_lengths, view_of="x", fresh=False),
    linear("y = np.tril(x, k=0)", x="tril(g, k)", types=same_array),
    linear("y = np.triu(x, k=0)", x="triu(g, k)", types=same_array),
    linear("y = np.diag(x, k=0)", x=_diag_adjoint, types=_diag_types),
    linear("y = np.diagonal(x, offset=0, axis1=0, axis2=1)", x=_diagonal_adjoint, types=_diag_types, view_of="x",
           fresh=False),
    linear("y = np.trace(x, offset=0)", x=_trace_adjoint, types=_trace_types),
    linear("y = np.pad(x, pad_width, mode='constant', constant_values=0)", x=_pad_adjoint, inactive=("pad_width",),
           types=_unknown_lengths),
    linear("y = np.take(x, indices, axis=None)", x="take_adjoint(g, x, indices, axis)", inactive=("indices",),
           types=_take_types),
    general("y = np.sort(x, axis=-1)", types=same_array,
            jvp={"x": lambda F, t, y, x, axis: F.take_along_axis(t, _sort_order(F, x, axis), axis)},
            vjp={"x": _sort_adjoint}),
    structural("y = np.take_along_axis(x, indices, axis)", types=_take_along_types),
    linear("y = helper.diagonal_adjoint(v, x, k)", v="diagonal(g, k)", inactive=("x", "k"), types=_like_operand(1),
           source=DIAGONAL_ADJOINT),
    linear("y = helper.take_adjoint(v, x, indices, axis)", v="take(g, indices, axis)",
           inactive=("x", "indices", "axis"), types=_like_operand(1), source=TAKE_ADJOINT),
    nondifferentiable("i = np.argsort(x, axis=-1, kind=None)", types=_argsort_types),
)

MAKING = rows(
    linear("y = np.array(x, dtype=None, copy=True)", x="g", types=_array_types),
    linear("y = np.asarray(x, dtype=None)", x="g", types=_array_types, view_of="x", fresh=False),
    linear("y = np.ascontiguousarray(x, dtype=None)", x="g", types=_array_types, view_of="x", fresh=False),
    linear("y = np.copy(x)", x="g", types=same_array),
    linear("y = np.astype(x, dtype)", x="g", inactive=("dtype",), types=_array_types),
    linear("y = np.full(shape, fill_value, dtype=None)", fill_value="g", inactive=("shape",),
           types=lambda args, attrs: constructor(2, kind=number(args[1].type).kind or "float")(args, attrs)),
    linear("y = np.full_like(x, fill_value, dtype=None)", inactive=("x",), types=like(2),
           fill_value="g"),
    general("y = np.linspace(start, stop, num=50, endpoint=True)", types=_linspace_types,
            jvp={"start": _linspace(0, False), "stop": _linspace(1, False)},
            vjp={"start": _linspace(0, True), "stop": _linspace(1, True)}),
    *(nondifferentiable(f"y = np.{name}(shape, dtype=None)", types=constructor(1))
      for name in ("zeros", "ones", "empty")),
    *(nondifferentiable(f"y = np.{name}(x, dtype=None)", types=like(1))
      for name in ("zeros_like", "ones_like", "empty_like")),
    nondifferentiable("y = np.eye(N, M=None, k=0, dtype=None)", types=_eye_types),
    nondifferentiable("y = np.tri(N, M=None, k=0, dtype=None)", types=_eye_types),
    nondifferentiable("y = np.identity(n)", types=_identity_types),
    nondifferentiable("y = np.arange(start, stop=None, step=None, dtype=None)", types=_arange_types),
)
