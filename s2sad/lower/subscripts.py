"""Subscripts that are understood: integers, slices with literal bounds, ``None``, ``...`` and arrays of integers.

``x[i, 1:-1]`` is the view of which element k is ``x[i, k + 1]``.
"""

from __future__ import annotations

from collections.abc import Mapping

from s2sad.ir.trace import Apply, Atom, Const, Op, Value
from s2sad.ir.types import Num, Shape
from s2sad.lower.elements import Axis, Element, Index, View, index_of

Items = list[Atom]


def items_of(index: Atom, made: Mapping[Value, Op]) -> Items | None:
    """The parts of a subscript; None if it is a tuple that was made elsewhere."""
    if isinstance(index, Const):
        return [Const(v) for v in index.value] if isinstance(index.value, tuple) else [index]
    op = made.get(index) if isinstance(index, Value) else None
    if isinstance(op, Apply) and op.prim == "tuple":
        return list(op.args)
    kind = index.type
    return [index] if isinstance(kind, Num) or (isinstance(op, Apply) and op.prim == "slice") else None


def view(base: Element, index: Atom, shape: Shape, made: Mapping[Value, Op],
         arrays: Mapping[Value, Element]) -> View | None:
    """The elements that ``base[index]`` has, or None where that cannot be said."""
    items = items_of(index, made)
    if items is None:
        return None
    taken = len([item for item in items if not isinstance(item, Const) or item.value not in (None, Ellipsis)])
    rest: Items = [Const(Ellipsis)] * (base.rank - taken)
    where = next((k for k, item in enumerate(items) if isinstance(item, Const) and item.value is Ellipsis), None)
    items = [*items, *rest] if where is None else [*items[:where], *rest, *items[where + 1:]]
    axes: list[Axis | Index | tuple[Element, int]] = []
    k = 0
    gathered: tuple[int, int, int] | None = None  # the first axis of what arrays give, how many, behind which entry
    for item in items:
        if isinstance(item, Const) and item.value is None:
            k += 1
            continue
        entry = _entry(base, len(axes), item, k, made)
        if entry is None:
            source = arrays.get(item) if isinstance(item, Value) else None
            if source is None or not _integers(item):
                return None
            if gathered is None:
                gathered = (k, source.rank, len(axes))
                k += source.rank
            elif gathered[1] != source.rank or gathered[2] != len(axes) - 1:
                return None
            gathered = (gathered[0], gathered[1], len(axes))
            axes.append((source, gathered[0]))
            continue
        if isinstance(entry, Index) and gathered is not None:
            return None
        axes.append(entry)
        k += isinstance(entry, Axis)
    if gathered is not None and any(isinstance(a, Index) for a in axes):
        return None
    return View(base, axes, shape) if k == len(shape) and len(axes) == base.rank else None


def _integers(item: Atom) -> bool:
    return isinstance(item.type, Num) and item.type.kind == "int" and bool(item.type.shape)


def _entry(base: Element, axis: int, item: Atom, k: int, made: Mapping[Value, Op]) -> Axis | Index | None:
    if isinstance(item, Const) and item.value is Ellipsis:
        return Axis(k)
    if isinstance(item.type, Num) and item.type.is_scalar and item.type.kind == "int":
        return index_of(item)
    op = made.get(item) if isinstance(item, Value) else None
    if not isinstance(op, Apply) or op.prim != "slice":
        return None
    bounds: list[int | None] = []
    for bound in op.args:
        if not isinstance(bound, Const) or not (bound.value is None or type(bound.value) is int):
            return None
        bounds.append(bound.value if isinstance(bound.value, int) else None)
    start, stop, step = bounds
    size = base.shape[axis]
    if isinstance(size, int):
        first, last, by = slice(start, stop, step).indices(size)
        return Axis(k, first, size - max(last - first, 0)) if by == 1 else None
    if step not in (None, 1) or (start or 0) < 0 or (stop is not None and stop >= 0):
        return None
    return Axis(k, start or 0, (start or 0) - (stop or 0))
