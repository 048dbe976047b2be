"""Sums, means, extrema and norms: reductions along axes, and scans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import UNKNOWN, ListType, Num, TupleType, Type
from s2sad.rules.declare import general, linear, nondifferentiable, or_inf, rows
from s2sad.rules.type_shapes import axes_of, cumulative, reduction
from s2sad.rules.types import arithmetic, array_of, combine, number, same_array


def rank_of(x: Term) -> int | None:
    return number(x.type).rank


def literal(x: Term) -> object:
    """The operand's literal value; raises LookupError if it is not known."""
    if isinstance(x.atom, Const):
        return x.atom.value
    raise LookupError


def is_literal(x: Term, *values: object) -> bool:
    return isinstance(x.atom, Const) and any(x.atom.value is v for v in values)


def expanded(F: Formulas, g: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    """`g`, of a reduction's shape, so that it broadcasts against x."""
    if is_literal(keepdims, True) or (is_literal(axis, None) and is_literal(keepdims, False)):
        return g
    if not is_literal(keepdims, False) or not _is_axis(axis):
        return F.reshape(g, F.shape(F.sum(x, axis, keepdims=True)))
    axes = axes_of(axis.atom, rank_of(x))
    if is_literal(axis, 0) or (axes is not None and axes == tuple(range(len(axes)))):
        return g
    return F.expand_dims(g, axis)


def _is_axis(axis: Term) -> bool:
    t = axis.type
    return isinstance(t, TupleType) or (isinstance(t, Num) and t.kind == "int")


def spread(F: Formulas, g: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    """`g` repeated along the axes that were summed over: an array shaped as x."""
    if isinstance(x.type, Num) and x.type.is_scalar:
        return g
    return F.broadcast_to(expanded(F, g, x, axis, keepdims), F.shape(x))


def count(F: Formulas, y: Term, x: Term, axis: Term) -> Term:
    """How many elements of x are reduced to one."""
    if is_literal(axis, None):
        return F.size(x)
    if isinstance(axis.type, Num) and axis.type.kind == "int":
        return F.shape(x)[axis]
    return F.floordiv(F.size(x), F.size(y))


def _sum_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, dtype: Term, keepdims: Term) -> Term:
    return spread(F, g, x, axis, keepdims)


def _mean_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, dtype: Term, keepdims: Term) -> Term:
    return spread(F, g / count(F, y, x, axis), x, axis, keepdims)


# ---------------------------------------------------------------------------- extrema

def _shares(F: Formulas, y: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    """1 at the extremum and 0 elsewhere; where several are equal, each has the same share."""
    at = F.eq(x, expanded(F, y, x, axis, keepdims))
    return at / F.sum(at, axis, dtype=dtype_of(F, x), keepdims=True)


def dtype_of(F: Formulas, x: Term) -> object:
    """A dtype operand that keeps counts from widening float32."""
    kind = number(x.type)
    if kind.dtype == "float64" or (kind.is_scalar and kind.dtype is None):
        return None
    return F.dtype(x)


def _extremum_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    return F.sum(t * _shares(F, y, x, axis, keepdims), axis, keepdims=keepdims)


def _extremum_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    return expanded(F, g, x, axis, keepdims) * _shares(F, y, x, axis, keepdims)


def _ptp_parts(F: Formulas, x: Term, axis: Term, keepdims: Term) -> Term:
    high = _shares(F, F.max(x, axis, keepdims), x, axis, keepdims)
    return high - _shares(F, F.min(x, axis, keepdims), x, axis, keepdims)


# ---------------------------------------------------------------------------- spread of data

def _deviation(F: Formulas, x: Term, axis: Term) -> Term:
    return x - F.mean(x, axis, keepdims=True) if not is_literal(axis, None) else x - F.mean(x)


def _degrees_of_freedom(F: Formulas, y: Term, x: Term, axis: Term, ddof: Term) -> Term:
    n = count(F, y, x, axis)
    return n if is_literal(ddof, 0) else n - ddof


def _var_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, ddof: Term, keepdims: Term) -> Term:
    return 2.0 * F.sum(_deviation(F, x, axis) * t, axis, keepdims=keepdims) / _degrees_of_freedom(F, y, x, axis, ddof)


def _var_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, ddof: Term, keepdims: Term) -> Term:
    scale = 2.0 * g / _degrees_of_freedom(F, y, x, axis, ddof)
    return expanded(F, scale, x, axis, keepdims) * _deviation(F, x, axis)


def _std_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, ddof: Term, keepdims: Term) -> Term:
    n = _degrees_of_freedom(F, y, x, axis, ddof)
    return F.sum(_deviation(F, x, axis) * t, axis, keepdims=keepdims) / (n * or_inf(F, y))


def _std_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, ddof: Term, keepdims: Term) -> Term:
    scale = g / (_degrees_of_freedom(F, y, x, axis, ddof) * or_inf(F, y))
    return expanded(F, scale, x, axis, keepdims) * _deviation(F, x, axis)


# ---------------------------------------------------------------------------- products

PROD_OF_OTHERS = '''
def _prod_of_others(x):
    """For each element of the last axis, the product of the others."""
    before = np.ones_like(x)
    after = np.ones_like(x)
    before[..., 1:] = np.cumprod(x[..., :-1], axis=-1)
    after[..., :-1] = np.cumprod(x[..., :0:-1], axis=-1)[..., ::-1]
    return before * after
'''.lstrip()


def _others(F: Formulas, x: Term, axis: Term) -> Term:
    """The product of the other elements, shaped as x."""
    if is_literal(axis, None):
        if rank_of(x) == 1:
            return F.prod_of_others(x)
        return F.reshape(F.prod_of_others(F.ravel(x)), F.shape(x))
    if isinstance(axis.type, TupleType):
        raise UnsupportedError("the derivative of a product over several axes is not supported",
                               hint="take the product over one axis at a time")
    if is_literal(axis, -1) or axes_of(axis.atom, rank_of(x)) == ((rank_of(x) or 0) - 1,):
        return F.prod_of_others(x)
    return F.moveaxis(F.prod_of_others(F.moveaxis(x, axis, -1)), -1, axis)


def _prod_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, dtype: Term, keepdims: Term) -> Term:
    return F.sum(t * _others(F, x, axis), axis, keepdims=keepdims)


def _prod_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, dtype: Term, keepdims: Term) -> Term:
    return expanded(F, g, x, axis, keepdims) * _others(F, x, axis)


def _off_diagonal(F: Formulas, x: Term) -> Term:
    """The matrix (for each last axis) of products without elements i and j; 0 on the diagonal."""
    n = F.shape(x)[-1]
    diagonal = F.eye(n, dtype="bool")
    rest = F.prod_of_others(F.where(diagonal, 1.0, F.expand_dims(x, -2)))
    return F.where(diagonal, 0.0, rest)


def _prefixes(F: Formulas, x: Term) -> Term:
    """The matrix (for each last axis) of dy_i/dx_j for y = cumprod(x)."""
    n = F.shape(x)[-1]
    below = F.tri(n, dtype="bool")
    rest = F.prod_of_others(F.where(below, F.expand_dims(x, -2), 1.0))
    return F.where(below, rest, 0.0)


def _cumprod(F: Formulas, v: Term, x: Term, axis: Term, transpose: bool) -> Term:
    shape = F.shape(x)
    flat = is_literal(axis, None) and rank_of(x) != 1
    last = rank_of(x) == 1 or is_literal(axis, -1)
    if flat:
        x, v = F.ravel(x), F.ravel(v)
    elif not last:
        x, v = F.moveaxis(x, axis, -1), F.moveaxis(v, axis, -1)
    if transpose:
        result = F.sum(F.expand_dims(v, -1) * _prefixes(F, x), -2)
    else:
        result = F.sum(_prefixes(F, x) * F.expand_dims(v, -2), -1)
    if flat and transpose:
        return F.reshape(result, shape)
    return result if flat or last else F.moveaxis(result, -1, axis)


def _cumsum_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, dtype: Term) -> Term:
    if is_literal(axis, None):
        total = F.flip(F.cumsum(F.flip(g)))
        return total if rank_of(x) == 1 else F.reshape(total, F.shape(x))
    return F.flip(F.cumsum(F.flip(g, axis), axis), axis)


# ---------------------------------------------------------------------------- averages, differences

def _weights_along(F: Formulas, x: Term, axis: Term, weights: Term) -> Term:
    """The weights so that they broadcast against x: one-dimensional weights lie along the axis."""
    rank, own = rank_of(x), rank_of(weights)
    if is_literal(axis, None) or (rank is not None and rank == own):
        return weights
    axes = axes_of(axis.atom, rank)
    if rank is None or own != 1 or axes is None:
        raise UnsupportedError("np.average with weights whose rank is not known", hint="annotate the array's rank")
    others = tuple(range(rank - axes[0] - 1))
    return F.expand_dims(weights, tuple(k + 1 for k in others)) if others else weights


def _average_share(F: Formulas, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    w = _weights_along(F, x, axis, weights)
    if rank_of(weights) == 1 or is_literal(axis, None):
        return w / F.sum(weights)
    return w / F.sum(weights, axis, keepdims=True)


def _average_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    if is_literal(weights, None):
        return F.mean(t, axis, keepdims=keepdims)
    return F.sum(t * _average_share(F, x, axis, weights, keepdims), axis, keepdims=keepdims)


def _average_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    if is_literal(weights, None):
        return spread(F, g / count(F, y, x, axis), x, axis, keepdims)
    return expanded(F, g, x, axis, keepdims) * _average_share(F, x, axis, weights, keepdims)


def _weight_slope(F: Formulas, y: Term, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    """dy/dw, shaped as x."""
    w = weights
    total = F.sum(w) if rank_of(w) == 1 or is_literal(axis, None) else F.sum(w, axis, keepdims=True)
    return (x - expanded(F, y, x, axis, keepdims)) / total


def _weight_tangent(F: Formulas, t: Term, y: Term, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    along = _weights_along(F, x, axis, t) if rank_of(weights) == 1 else t
    return F.sum(along * _weight_slope(F, y, x, axis, weights, keepdims), axis, keepdims=keepdims)


def _weight_adjoint(F: Formulas, g: Term, y: Term, x: Term, axis: Term, weights: Term, keepdims: Term) -> Term:
    full = expanded(F, g, x, axis, keepdims) * _weight_slope(F, y, x, axis, weights, keepdims)
    rank = rank_of(x)
    if rank is not None and rank_of(weights) == 1 and rank > 1:
        axes = axes_of(axis.atom, rank) or ()
        return F.sum(full, tuple(k for k in range(rank) if k not in axes))
    return full


def _diff_adjoint(F: Formulas, g: Term, y: Term, x: Term, n: Term, axis: Term) -> Term:
    if not is_literal(n, 1):
        raise UnsupportedError("the derivative of np.diff with n other than 1", hint="call np.diff(x) repeatedly")
    rank = rank_of(x)
    if rank == 1:
        return -F.diff(F.pad(g, 1))
    axes = axes_of(axis.atom, rank)
    if axes is None:
        raise UnsupportedError("np.diff of an array of unknown rank", hint="annotate the array's rank")
    widths = tuple((1, 1) if k in axes else (0, 0) for k in range(rank or 0))
    return -F.diff(F.pad(g, widths), axis=axis)


def _diff_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    return [Num(x.kind, x.dtype, None if x.shape is None else (None,) * len(x.shape))]


# ---------------------------------------------------------------------------- norms

def _norm_slope(F: Formulas, y: Term, x: Term, ord: Term, axis: Term, keepdims: Term) -> Term:
    """d norm / dx shaped as x; 0 where the norm is 0."""
    matrix = (rank_of(x) != 1 and is_literal(axis, None)) or isinstance(axis.type, TupleType)
    wide = expanded(F, y, x, axis, keepdims)
    if is_literal(ord, None, "fro") or (is_literal(ord, 2) and not matrix):
        return x / or_inf(F, wide)
    if not matrix and is_literal(ord, 1):
        return F.sign(x)
    if not matrix and isinstance(ord.atom, Const) and ord.atom.value in (float("inf"), float("-inf")):
        return F.sign(x) * _shares(F, y, F.abs(x), axis, keepdims)
    raise UnsupportedError("the derivative of this norm",
                           hint="use the vector norms 1, 2 and inf, or the Frobenius norm")


def _norm_tangent(F: Formulas, t: Term, y: Term, x: Term, ord: Term, axis: Term, keepdims: Term) -> Term:
    return F.sum(t * _norm_slope(F, y, x, ord, axis, keepdims), axis, keepdims=keepdims)


def _norm_adjoint(F: Formulas, g: Term, y: Term, x: Term, ord: Term, axis: Term, keepdims: Term) -> Term:
    return expanded(F, g, x, axis, keepdims) * _norm_slope(F, y, x, ord, axis, keepdims)


def _trapezoid_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    y = array_of(args[0].type)
    return [Num("float", combine([a.type for a in args[:1]], inexact=True).dtype,
                () if y.rank == 1 else None if y.shape is None else (None,) * (len(y.shape) - 1))]


def _heights(F: Formulas, y: Term) -> Term:
    """The mean height of each strip."""
    if rank_of(y) is None:
        raise UnsupportedError("np.trapezoid of an array of unknown rank", hint="annotate the array's rank")
    head, tail = F.slice(None, -1, None), F.slice(1, None, None)
    if rank_of(y) != 1:
        head, tail = F.tuple(Ellipsis, head), F.tuple(Ellipsis, tail)
    return 0.5 * (y[tail] + y[head])


def _last_axis(axis: Term) -> None:
    if not is_literal(axis, -1):
        raise UnsupportedError("np.trapezoid along an axis other than the last", hint="move the axis to the end")


def _trapezoid_width(F: Formulas, y: Term, x: Term, dx: Term) -> Term:
    """How much each height counts: half of the strip on either side."""
    if is_literal(x, None):
        n = F.shape(y)[-1] - 1
        ones = F.ones(n, dtype=dtype_of(F, y))
        return 0.5 * dx * (F.pad(ones, (0, 1)) + F.pad(ones, (1, 0)))
    if rank_of(x) != 1:
        raise UnsupportedError("np.trapezoid with points that are not known to be a vector",
                               hint="annotate the points as a vector, or give a signature")
    width = F.diff(x)
    return 0.5 * (F.pad(width, (0, 1)) + F.pad(width, (1, 0)))


def _trapezoid_adjoint(F: Formulas, g: Term, z: Term, y: Term, x: Term, dx: Term, axis: Term) -> Term:
    _last_axis(axis)
    return expanded(F, g, y, axis, F.term(False)) * _trapezoid_width(F, y, x, dx)


def _step(F: Formulas, v: Term, z: Term, y: Term, x: Term, dx: Term, axis: Term) -> Term:
    """Tangent and adjoint of dx alike; it counts only where no points are given."""
    return v * z / dx if is_literal(x, None) else 0.0 * v


def _points_adjoint(F: Formulas, g: Term, z: Term, y: Term, x: Term, dx: Term, axis: Term) -> Term:
    _last_axis(axis)
    strips = expanded(F, g, y, axis, F.term(False)) * _heights(F, y)
    rank = rank_of(y) or 1
    widths: object = 1 if rank == 1 else ((0, 0),) * (rank - 1) + ((1, 1),)
    return -F.diff(F.pad(strips, widths))


def _points_tangent(F: Formulas, t: Term, z: Term, y: Term, x: Term, dx: Term, axis: Term) -> Term:
    _last_axis(axis)
    return F.sum(F.diff(t) * _heights(F, y), -1)


def _builtin_sum_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = args[0].type
    if isinstance(x, TupleType):
        total = Const(0).type
        for kind in x.items:
            (total,) = arithmetic([_typed(total), _typed(kind)], attrs)
        return [total]
    item: Type = x.item if isinstance(x, ListType) else number(x)
    if isinstance(item, Num) and isinstance(x, Num) and item.shape:
        item = Num(item.kind, item.dtype, item.shape[1:])
    return arithmetic([Const(0), _typed(item)], attrs)


def _typed(t: Type) -> Atom:
    from s2sad.ir.trace import Value
    return Value(None, t)


def _builtin_sum_adjoint(F: Formulas, g: Term, y: Term, x: Term, *start: Term) -> Term:
    if isinstance(x.type, Num):
        return F.broadcast_to(g, F.shape(x))
    return F.list_repeat(g, F.len(x))


SUMS = rows(
    linear("y = sum(x, start=0)", x=_builtin_sum_adjoint, start="g", types=_builtin_sum_types),
    linear("y = math.fsum(x)", x=_builtin_sum_adjoint, types=_builtin_sum_types),
    linear("y = np.sum(x, axis=None, dtype=None, keepdims=False)", x=_sum_adjoint, types=reduction(1, 3, dtype=2)),
    linear("y = np.mean(x, axis=None, dtype=None, keepdims=False)", x=_mean_adjoint,
           types=reduction(1, 3, inexact=True, dtype=2)),
    linear("y = np.cumsum(x, axis=None, dtype=None)", x=_cumsum_adjoint, types=cumulative),
    linear("y = np.diff(x, n=1, axis=-1)", x=_diff_adjoint, types=_diff_types),
    general("z = np.trapezoid(y, x=None, dx=1.0, axis=-1)", types=_trapezoid_types,
            jvp={"y": "trapezoid(t, x, dx, axis)", "x": _points_tangent, "dx": _step},
            vjp={"y": _trapezoid_adjoint, "x": _points_adjoint, "dx": _step}),
    general("y = np.average(x, axis=None, weights=None, keepdims=False)",
            jvp={"x": _average_tangent, "weights": _weight_tangent},
            vjp={"x": _average_adjoint, "weights": _weight_adjoint}, types=reduction(1, 3, inexact=True)),
)

PRODUCTS = rows(
    general("y = np.prod(x, axis=None, dtype=None, keepdims=False)", jvp={"x": _prod_tangent},
            vjp={"x": _prod_adjoint}, types=reduction(1, 3, dtype=2)),
    general("y = np.cumprod(x, axis=None, dtype=None)",
            jvp={"x": lambda F, t, y, x, axis, dtype: _cumprod(F, t, x, axis, False)},
            vjp={"x": lambda F, g, y, x, axis, dtype: _cumprod(F, g, x, axis, True)}, types=cumulative),
    general("y = helper.prod_of_others(x)",
            jvp={"x": lambda F, t, y, x: F.sum(_off_diagonal(F, x) * F.expand_dims(t, -2), -1)},
            vjp={"x": lambda F, g, y, x: F.sum(F.expand_dims(g, -1) * _off_diagonal(F, x), -2)},
            types=same_array, source=PROD_OF_OTHERS),
)

EXTREMA = rows(
    *(general(f"y = np.{name}(x, axis=None, keepdims=False)", jvp={"x": _extremum_tangent},
              vjp={"x": _extremum_adjoint}, types=reduction(1, 2)) for name in ("max", "amax", "min", "amin")),
    general("y = np.ptp(x, axis=None, keepdims=False)", types=reduction(1, 2),
            jvp={"x": lambda F, t, y, x, axis, keep: F.sum(t * _ptp_parts(F, x, axis, keep), axis, keepdims=keep)},
            vjp={"x": lambda F, g, y, x, axis, keep: expanded(F, g, x, axis, keep) * _ptp_parts(F, x, axis, keep)}),
)

STATISTICS = rows(
    general("y = np.var(x, axis=None, ddof=0, keepdims=False)", jvp={"x": _var_tangent}, vjp={"x": _var_adjoint},
            types=reduction(1, 3, inexact=True)),
    general("y = np.std(x, axis=None, ddof=0, keepdims=False)", jvp={"x": _std_tangent}, vjp={"x": _std_adjoint},
            types=reduction(1, 3, inexact=True)),
    general("y = np.linalg.norm(x, ord=None, axis=None, keepdims=False)", jvp={"x": _norm_tangent},
            vjp={"x": _norm_adjoint}, types=reduction(2, 3, inexact=True)),
)

_PLACES = Num("int", "int64", (None,))


def _nonzero_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    rank = args[0].type.rank if isinstance(args[0].type, Num) else None
    return [TupleType((_PLACES,) * rank) if rank else UNKNOWN]


INTEGERS = rows(
    nondifferentiable("i = np.nonzero(x)", types=_nonzero_types),
    nondifferentiable("i = np.flatnonzero(x)", types=lambda args, attrs: [_PLACES]),
    nondifferentiable("i = np.argwhere(x)", types=lambda args, attrs: [Num("int", "int64", (None, None))]),
    nondifferentiable("i = np.triu_indices(n, k=0, m=None)", types=lambda args, attrs: [TupleType((_PLACES, _PLACES))]),
    nondifferentiable("i = np.tril_indices(n, k=0, m=None)", types=lambda args, attrs: [TupleType((_PLACES, _PLACES))]),
    *(nondifferentiable(f"i = np.{name}(x, axis=None, keepdims=False)", types=reduction(1, 2, kind="int"))
      for name in ("argmax", "argmin", "count_nonzero")),
    *(nondifferentiable(f"b = np.{name}(x, axis=None, keepdims=False)", types=reduction(1, 2, kind="bool"))
      for name in ("any", "all")),
)
