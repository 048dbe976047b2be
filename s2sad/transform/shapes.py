"""Bringing derivatives to the shape and dtype of what they belong to: undoing broadcasting, zeros.

A rule knows nothing of broadcasting.  `fit` sums a contribution over the axes along which its operand
was broadcast, statically where the types prove which axes these are, else through the general helper::

    x: float[n], contribution: float[m, n]     ->   np.sum(contribution, axis=0)
    x: float,    contribution: float[m, n]     ->   np.sum(contribution)
    nothing known of x                         ->   _unbroadcast(contribution, x)
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Atom, Const, Undefined, Value
from s2sad.ir.types import TUPLE, Dim, DimLike, ListType, Num, TupleType, Type


def fit(b: Builder, contribution: Atom, like: Value) -> Atom:
    """`contribution` summed to the shape of `like`."""
    source, target = contribution.type, like.type
    if not isinstance(target, Num):
        if isinstance(target, (TupleType, ListType)) or target == TUPLE:
            return contribution
        return general(b, contribution, like)
    if isinstance(contribution, Const) and target.is_scalar:
        return contribution
    if not isinstance(source, Num) or source.shape is None or target.shape is None:
        return general(b, contribution, like)
    if len(source.shape) < len(target.shape):
        return general(b, contribution, like)
    if not target.shape:
        return b.apply("np.sum", contribution) if source.shape else contribution
    return _sum_axes(b, contribution, source.shape, like, target.shape)


def general(b: Builder, contribution: Atom, like: Value) -> Atom:
    return b.apply("helper.unbroadcast", contribution, like)


def _sum_axes(b: Builder, contribution: Atom, source: tuple[DimLike, ...], like: Value,
              target: tuple[DimLike, ...]) -> Atom:
    extra = len(source) - len(target)
    kept = []
    for k, (have, want) in enumerate(zip(source[extra:], target)):
        decided = _broadcast_along(have, want)
        if decided is None:
            return general(b, contribution, like)
        if decided:
            kept.append(k)
    atom = contribution
    if kept:
        # Axes of length 1 stay, the new leading ones go.
        axes: object = kept[0] + extra if len(kept) == 1 else tuple(k + extra for k in kept)
        atom = b.apply("np.sum", atom, axis=axes, keepdims=True)
    if extra:
        atom = b.apply("np.sum", atom, axis=0 if extra == 1 else tuple(range(extra)))
    return atom


def _broadcast_along(have: DimLike, want: DimLike) -> bool | None:
    """Whether an axis of length `want` was stretched to `have`; None where the types do not tell."""
    if have == want and have is not None:
        return False
    if want == 1:
        return None if have is None or (isinstance(have, Dim) and have.maybe_one) else True
    if isinstance(want, int) or (isinstance(want, Dim) and not want.maybe_one):
        return False  # a length that is not 1 cannot be stretched
    return None


def zero_of(b: Builder, like: Atom) -> Atom:
    """A zero derivative for a value: 0.0 for a scalar, else zeros of its shape."""
    if isinstance(like, (Const, Undefined)):
        return Const(0.0)
    kind = like.type
    if isinstance(kind, Num) and kind.is_scalar:
        return Const(0.0)
    if isinstance(kind, ListType) and isinstance(kind.item, Num) and kind.item.is_scalar:
        return b.apply("list_repeat", 0.0, b.apply("len", like))
    if isinstance(kind, Num) and kind.is_array and kind.kind == "float":
        return b.apply("np.zeros_like", like)
    return b.apply("helper.zeros_like", like)


def same_shape(a: Type, b: Type) -> bool:
    """Whether two types are proved to have one shape."""
    if not isinstance(a, Num) or not isinstance(b, Num) or a.shape is None or b.shape is None:
        return False
    return a.shape == b.shape and None not in a.shape
