"""Result types of primitives that change shapes: subscripts, reductions, constructors, containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import (
    DTYPE,
    ELLIPSIS,
    FLOAT,
    INT,
    NONE,
    NUMBER,
    SLICE,
    STR,
    UNKNOWN,
    Atomic,
    Dim,
    DimLike,
    ListType,
    Num,
    RecordType,
    Shape,
    TupleType,
    Type,
    join,
)
from s2sad.rules.types import TypeRule, array_of, broadcast, default_dtype, kind_of_dtype, number, promote

UNKNOWN_BOUND = "?"


@dataclass(frozen=True, eq=False)
class SliceType(Atomic):
    """A slice with literal bounds; equal to (and hashed as) every slice type."""

    start: object = None
    stop: object = None
    step: object = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atomic) and other.name == self.name

    def __hash__(self) -> int:
        return hash(SLICE)

    def bounds(self) -> slice | None:
        """The slice itself, if its bounds are integers or absent."""
        parts = [b for b in (self.start, self.stop, self.step) if b is None or type(b) is int]
        return slice(*parts) if len(parts) == 3 else None


@dataclass(frozen=True)
class Trimmed(Dim):
    """What is left of the length `base` when `less` elements are cut off."""

    base: Dim | None = None
    less: int = 0


def slice_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``slice(start, stop, step)``: remembers literal bounds."""
    values = [a.value if isinstance(a, Const) else UNKNOWN_BOUND for a in args]
    return [SLICE if UNKNOWN_BOUND in values else SliceType("slice", *values)]


def trim(dim: DimLike, less: int) -> DimLike:
    """The length of ``x[a:-b]`` with ``a + b == less``."""
    if less == 0 or dim is None:
        return dim
    if isinstance(dim, int):
        return max(dim - less, 0)
    base, before = (dim.base, dim.less) if isinstance(dim, Trimmed) else (dim, 0)
    assert base is not None
    if before + less == 0 and before < 0:
        return base
    if before > 0 > less:
        return None  # what was cut off may have been less than that
    sign, size = ("-", before + less) if before + less > 0 else ("+", -(before + less))
    return Trimmed(f"{base.name} {sign} {size}", True, base, before + less)


def length_of_sum(kind: Num, args: Sequence[Atom], sign: int) -> Num:
    """``n + 1`` and ``n - 1`` of a length are lengths, too."""
    known = args[0].type.length if isinstance(args[0].type, Num) else None
    other = args[1].value if len(args) > 1 and isinstance(args[1], Const) else None
    if known is None or type(other) is not int or kind.kind != "int":
        return kind
    return replace(kind, length=trim(known, -sign * other) if isinstance(known, Dim) else None)


def sliced(dim: DimLike, cut: Type) -> DimLike:
    """The length of an axis after a slice."""
    if not isinstance(cut, SliceType):
        return None
    bounds = cut.bounds()
    if bounds is None:
        return None
    if isinstance(dim, int):
        return len(range(*bounds.indices(dim)))
    start, stop, step = bounds.start, bounds.stop, bounds.step
    if step in (None, 1) and (start or 0) >= 0 and (stop is None or stop < 0):
        return trim(dim, (start or 0) - (stop or 0))
    if (start, stop, step) == (None, None, -1):
        return dim
    if dim is None:
        return None
    text = ":".join("" if b is None else str(b) for b in (start, stop, step))
    return Dim(f"{dim.name}[{text}]", True)


def getitem_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x, index = args[0].type, args[1]
    if isinstance(x, (ListType, TupleType)):
        return [_item_of(x, index)]
    if isinstance(x, RecordType):
        known = isinstance(index, Const) and index.value in x.keys
        return [x.items[x.keys.index(index.value)] if known and isinstance(index, Const) else UNKNOWN]
    if x == STR:
        return [STR]
    if not isinstance(x, Num):
        return [UNKNOWN]
    return [_array_item(x, index.type)]


def _item_of(x: ListType | TupleType, index: Atom) -> Type:
    scalar = isinstance(index.type, Num) and index.type.kind in ("int", "bool")
    if isinstance(x, ListType):
        if scalar:
            return x.item
        return ListType(x.item) if index.type == SLICE else UNKNOWN
    if isinstance(index, Const) and isinstance(index.value, int):
        return x.items[index.value] if -len(x.items) <= index.value < len(x.items) else UNKNOWN
    if isinstance(index.type, SliceType):
        bounds = index.type.bounds()
        return UNKNOWN if bounds is None else TupleType(x.items[bounds])
    if scalar and x.items:
        item = x.items[0]
        for other in x.items[1:]:
            item = join(item, other)
        return item
    return UNKNOWN


def _array_item(x: Num, index: Type) -> Type:
    """A subscript of an array: basic, integer-array, boolean, or a mixture."""
    items = list(index.items) if isinstance(index, TupleType) else [index]
    dtype = x.dtype or (default_dtype(x.kind) if x.kind not in (None, "float", "complex", "int") else None)
    part = any(isinstance(i, SliceType) or i in (SLICE, ELLIPSIS, NONE) for i in items)  # and no element
    if x.shape is None or any(_index_axes(i) is None for i in items):
        return Num(x.kind, dtype, None, ndarray=x.is_stored and part)
    used = sum(_index_axes(i) or 0 for i in items)
    if used > len(x.shape):
        return Num(x.kind, dtype, None)
    if ELLIPSIS in items:
        if used == len(x.shape):
            # An array without axes that views x, or a number of its own where x has no other axis: not a scalar.
            return Num(x.kind, dtype, None)
        where = items.index(ELLIPSIS)
        items[where:where + 1] = [SliceType("slice")] * (len(x.shape) - used)
    else:
        items += [SliceType("slice")] * (len(x.shape) - used)
    return Num(x.kind, x.dtype, _indexed_shape(x.shape, items))


def _index_axes(index: Type) -> int | None:
    """How many axes an index consumes; None if that is not known."""
    if index in (NONE, ELLIPSIS):
        return 0
    if index == SLICE:
        return 1
    if isinstance(index, (ListType, TupleType)):
        index = array_of(index)
    if isinstance(index, Num) and index.kind == "bool":
        return index.rank
    if isinstance(index, Num) and index.kind == "int" and index.shape is not None:
        return 1
    return None


def _indexed_shape(shape: Shape, items: Sequence[Type]) -> Shape:
    result: list[DimLike] = []
    advanced: list[Shape | None] = []
    places: list[int] = []          # where in `result` the advanced axes would go
    runs = 0
    previous = False
    axis = 0
    for index in items:
        fancy = isinstance(index, (Num, ListType, TupleType))
        if index == NONE:
            result.append(1)
        elif index == SLICE:
            result.append(sliced(shape[axis], index))
            axis += 1
        else:
            n = array_of(index) if isinstance(index, (ListType, TupleType)) else number(index)
            places.append(len(result))
            if n.kind == "bool":
                advanced.append((None,))
                axis += n.rank or 0
            else:
                advanced.append(n.shape)
                axis += 1
            runs += not previous
        previous = fancy
    arrays = [s for s in advanced if s]
    if not arrays:
        return tuple(result)
    block = broadcast(arrays) or ()
    place = places[0] if runs == 1 else 0
    return (*result[:place], *block, *result[place:])


# ---------------------------------------------------------------------------- reductions

def axes_of(axis: Atom | None, rank: int | None) -> tuple[int, ...] | None:
    """The axes (from 0) that a literal `axis` names; None if it or the rank is not known."""
    if rank is None or not isinstance(axis, Const):
        return None
    value = axis.value
    if value is None:
        return tuple(range(rank))
    values = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(v, int) and -rank <= v < rank for v in values):
        return None
    return tuple(sorted(v % rank for v in values))


def reduced_shape(shape: Shape | None, axis: Atom, keepdims: Atom | None) -> Shape | None:
    keep = keepdims.value if isinstance(keepdims, Const) else False if keepdims is None else None
    if isinstance(axis, Const) and axis.value is None and keep is False:
        return ()
    axes = axes_of(axis, None if shape is None else len(shape))
    if shape is None or axes is None or keep is None:
        return None
    return tuple(1 if k in axes else d for k, d in enumerate(shape) if keep or k not in axes)


def reduction(axis: int = 1, keepdims: int | None = None, *, kind: str | None = None,
              inexact: bool = False,
              dtype: int | None = None) -> TypeRule:
    """A reduction whose `axis`, `keepdims` and `dtype` are the operands at these positions."""

    def rule(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        x = array_of(args[0].type)
        result_kind, name = promote([x], inexact=inexact)
        named = dtype_operand(args[dtype]) if dtype is not None else None
        if named is not None:
            result_kind, name = named
        elif kind is not None:
            result_kind, name = kind, default_dtype(kind)
        elif result_kind == "bool":
            result_kind, name = "int", "int64"
        keep = args[keepdims] if keepdims is not None else None
        return [Num(result_kind, name, reduced_shape(x.shape, args[axis], keep))]

    return rule


def cumulative(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    flat = isinstance(args[1], Const) and args[1].value is None
    shape: Shape | None = x.shape
    if flat and x.rank != 1:
        shape = (size_of(x.shape),)
    elif not isinstance(args[1], Const) and x.rank != 1:
        shape = None
    kind, dtype = ("int", "int64") if x.kind == "bool" else (x.kind, x.dtype)
    return [Num(kind, dtype, shape)]


def size_of(shape: Shape | None) -> int | None:
    """The number of elements, where every length is a literal."""
    total = 1
    for d in shape if shape is not None else (None,):
        if not isinstance(d, int):
            return None
        total *= d
    return total


# ---------------------------------------------------------------------------- shapes given as operands

def shape_operand(atom: Atom) -> Shape | None:
    """The shape that an operand such as ``(n, 3)`` or ``n`` stands for."""
    if isinstance(atom, Const):
        values = atom.value if isinstance(atom.value, tuple) else (atom.value,)
        if all(isinstance(v, int) for v in values):
            return tuple(v if isinstance(v, int) and v >= 0 else None for v in values)
        return None
    t = atom.type
    if isinstance(t, ShapeType):
        return t.lengths
    if isinstance(t, TupleType):
        return tuple(item.length if isinstance(item, Num) else None for item in t.items)
    if isinstance(t, ListType):
        return None if t.length is None else (None,) * t.length
    if isinstance(t, Num) and t.is_scalar and t.kind in ("int", None):
        return (t.length,)
    return None


def dtype_operand(atom: Atom | None) -> tuple[str | None, str | None] | None:
    """Kind and dtype named by a dtype operand; None if it is absent, (None, None) if unknown."""
    if atom is None or (isinstance(atom, Const) and atom.value is None):
        return None
    if isinstance(atom, Const) and isinstance(atom.value, str):
        try:
            name = np.dtype(atom.value).name
        except TypeError:
            return None, None
        return kind_of_dtype(name), name
    known = getattr(atom.type, "dtype", None)
    return (kind_of_dtype(known), known) if known else (None, None)


def constructor(dtype: int, *, kind: str = "float") -> TypeRule:
    """``np.zeros(shape, dtype=None)`` and its like."""

    def rule(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        named = dtype_operand(args[dtype])
        result_kind, name = named if named is not None else (kind, default_dtype(kind))
        return [Num(result_kind, name, shape_operand(args[0]))]

    return rule


def like(dtype: int) -> TypeRule:
    """``np.zeros_like(x, dtype=None)``."""

    def rule(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        x = array_of(args[0].type)
        named = dtype_operand(args[dtype])
        kind, name = named if named is not None else (x.kind, x.dtype)
        return [Num(kind, name, x.shape)]

    return rule


@dataclass(frozen=True)
class ShapeType(TupleType):
    """The type of ``x.shape``, which remembers what is known of the lengths."""

    lengths: Shape = ()


def shape_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x.shape``."""
    shape = number(args[0].type).shape
    return [UNKNOWN if shape is None else ShapeType(tuple(Num("int", None, (), d) for d in shape), shape)]


def len_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``len(x)``."""
    kind = args[0].type
    shape = kind.shape if isinstance(kind, Num) else None
    return [Num("int", None, (), shape[0]) if shape else INT]


def tuple_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [TupleType(tuple(Num("int", None, (), a.value) if isinstance(a, Const) and type(a.value) is int
                            and a.value >= 0 else a.type for a in args))]


def list_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    if not args:
        return [ListType(UNKNOWN, 0)]
    item = args[0].type
    for a in args[1:]:
        item = join(item, a.type)
    return [ListType(item, len(args))]


def list_repeat_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    count = args[1]
    return [ListType(args[0].type, count.value if isinstance(count, Const) and isinstance(count.value, int) else None)]


def list_item_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    t = args[0].type
    return [t.item if isinstance(t, ListType) else UNKNOWN]


def constant_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """A named constant of a module: a float, or a NumPy dtype."""
    name = str(attrs.get("name", "")).rpartition(".")[2]
    if name in ("newaxis",):
        return [NONE]
    return [FLOAT if name in ("pi", "e", "inf", "nan", "tau", "euler_gamma") else DtypeType("dtype", dtype_name(name))]


@dataclass(frozen=True, eq=False)
class DtypeType(Atomic):
    """A NumPy dtype whose name is known; equal to (and hashed as) every dtype type."""

    dtype: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atomic) and other.name == self.name

    def __hash__(self) -> int:
        return hash(DTYPE)


def dtype_name(name: str) -> str | None:
    try:
        return np.dtype(name).name
    except TypeError:
        return None


def dtype_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x.dtype``."""
    return [DtypeType("dtype", number(args[0].type).dtype)]


def select_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``a if c else b``."""
    a, b = args[1].type, args[2].type
    if isinstance(a, Num) and isinstance(b, Num):
        c = number(args[0].type)
        if c.is_array:
            kind, dtype = promote([a, b])
            return [Num(kind, dtype, broadcast([c.shape, a.shape, b.shape]))]
        # a Python scalar beside a NumPy one behaves alike
        return [join(a, b)]
    return [join(a, b) if a != UNKNOWN and b != UNKNOWN else NUMBER if a != UNKNOWN or b != UNKNOWN else UNKNOWN]
