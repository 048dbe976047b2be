"""Moving elements about: rolling, flipping, sorting, taking, padding, diagonals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import Num, TupleType, Type
from s2sad.rules.declare import general, linear, nondifferentiable, rows
from s2sad.rules.raising import always
from s2sad.rules.reductions import dtype_of, is_literal, rank_of
from s2sad.rules.type_shapes import axes_of
from s2sad.rules.types import array_of, arrays, number, same_array


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


ALONG_ADJOINT = '''
def _along_adjoint(v, x, indices, axis):
    """The adjoint of x in np.take_along_axis(x, indices, axis): v added where its elements came from."""
    result = np.zeros_like(x, dtype=np.result_type(v, np.float16))
    ranks = range(np.ndim(x))
    index = [np.arange(n).reshape([n if k == j else 1 for j in ranks]) for k, n in enumerate(np.shape(x))]
    index[axis] = indices
    np.add.at(result, tuple(index), v)
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


def _triangle_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """A vector becomes the rows of a square."""
    x = array_of(args[0].type)
    return [Num(x.kind, x.dtype, x.shape * 2) if x.rank == 1 and x.shape is not None else x]


REARRANGING = rows(
    linear("y = np.flip(x, axis=None)", x="flip(g, axis)", types=same_array, view_of="x", fresh=False),
    linear("y = np.fliplr(x)", x="fliplr(g)", types=same_array, view_of="x", fresh=False),
    linear("y = np.flipud(x)", x="flipud(g)", types=same_array, view_of="x", fresh=False),
    linear("y = np.roll(x, shift, axis=None)", x=_roll_adjoint, inactive=("shift",), types=arrays(same_array)),
    linear("y = np.rot90(x, k=1, axes=(0, 1))", x=_rot90_adjoint, types=_unknown_lengths, view_of="x", fresh=False),
    linear("y = np.tril(x, k=0)", x="unbroadcast(tril(g, k), x)", types=_triangle_types),
    linear("y = np.triu(x, k=0)", x="unbroadcast(triu(g, k), x)", types=_triangle_types),
    linear("y = np.diag(x, k=0)", x=_diag_adjoint, types=_diag_types),
    linear("y = np.diagonal(x, offset=0, axis1=0, axis2=1)", x=_diagonal_adjoint, types=_diag_types, view_of="x",
           fresh=False),
    linear("y = np.trace(x, offset=0)", x=_trace_adjoint, types=_trace_types),
    linear("y = np.pad(x, pad_width, mode='constant', constant_values=0)", x=_pad_adjoint, inactive=("pad_width",),
           types=_unknown_lengths),
    linear("y = np.take(x, indices, axis=None)", x="take_adjoint(g, x, indices, axis)", inactive=("indices",),
           raises=always, types=_take_types),
    general("y = np.sort(x, axis=-1)", types=same_array,
            jvp={"x": lambda F, t, y, x, axis: F.take_along_axis(t, _sort_order(F, x, axis), axis)},
            vjp={"x": _sort_adjoint}),
    linear("y = np.take_along_axis(x, indices, axis)", x="along_adjoint(g, x, indices, axis)",
           inactive=("indices", "axis"), types=_take_along_types, raises=always),
    linear("y = helper.along_adjoint(v, x, indices, axis)", v="take_along_axis(g, indices, axis)",
           inactive=("x", "indices", "axis"), types=_like_operand(1), source=ALONG_ADJOINT),
    linear("y = helper.diagonal_adjoint(v, x, k)", v="diagonal(g, k)", inactive=("x", "k"), types=_like_operand(1),
           source=DIAGONAL_ADJOINT),
    linear("y = helper.take_adjoint(v, x, indices, axis)", v="take(g, indices, axis)",
           inactive=("x", "indices", "axis"), types=_like_operand(1), source=TAKE_ADJOINT),
    nondifferentiable("i = np.argsort(x, axis=-1, kind=None)", types=_argsort_types),
)
