"""Result types of elementwise primitives: kinds, NumPy dtypes and broadcast shapes.

A Python scalar has no dtype and is *weak* (NEP 50): ``float32 * 2.0`` stays float32.  Whatever is
not known stays unknown; nothing here guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import (
    BOOL,
    FLOAT,
    INT,
    NUMBER,
    STR,
    UNKNOWN,
    Dim,
    DimLike,
    ListType,
    Num,
    Shape,
    TupleType,
    Type,
    join,
    join_kind,
)

TypeRule = Callable[[Sequence[Atom], dict[str, Any]], list[Type]]
_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
_WEAK = {"bool": False, "int": 0, "float": 0.0, "complex": 0j}


def number(t: Type) -> Num:
    """The type as a number; a list or tuple of numbers as the array it converts to."""
    if isinstance(t, Num):
        return t
    if isinstance(t, (ListType, TupleType)):
        return array_of(t)
    return NUMBER


def array_of(t: Type) -> Num:
    """The type of ``np.array(x)``."""
    if isinstance(t, TupleType):
        item: Type = t.items[0] if t.items else FLOAT
        for other in t.items[1:]:
            item = join(item, other)
        length: DimLike = len(t.items)
    elif isinstance(t, ListType):
        item, length = t.item, t.length
    else:
        n = number(t)
        return Num(n.kind, n.dtype or default_dtype(n.kind) if n.is_scalar else n.dtype, n.shape)
    inner = array_of(item)
    return Num(inner.kind, inner.dtype, None if inner.shape is None else (length, *inner.shape))


def default_dtype(kind: str | None) -> str | None:
    """NumPy's dtype for a Python scalar of this kind."""
    return {"bool": "bool", "int": "int64", "float": "float64", "complex": "complex128", None: None}[kind]


def kind_of_dtype(dtype: str | None) -> str | None:
    return None if dtype is None else _KINDS.get(np.dtype(dtype).kind)


def promote(types: Sequence[Num], *, inexact: bool = False) -> tuple[str | None, str | None]:
    """Kind and dtype of an arithmetic result; `inexact` for functions that turn integers into floats."""
    kind: str | None = "bool"
    for t in types:
        kind = join_kind(kind, t.kind)
    if kind is None:
        # float or complex on one side decides that the result is no integer, but not which
        return None, None
    if inexact and kind in ("bool", "int"):
        kind = "float"
    strong = [t for t in types if t.dtype is not None or t.shape != ()]
    if not strong or any(t.dtype is None for t in strong):
        return kind, None
    weak = [_WEAK[t.kind] for t in types if t.dtype is None and t.kind is not None]
    weak += [0.0] if inexact else []
    dtype = np.result_type(*[np.dtype(t.dtype) for t in strong], *weak)
    return _KINDS.get(dtype.kind, kind), dtype.name


def broadcast_dim(a: DimLike, b: DimLike) -> DimLike:
    """The length of an axis of ``x + y`` (a mismatch is the primal's own error)."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    for one, other in ((a, b), (b, a)):
        if isinstance(one, int):
            return one
        if isinstance(one, Dim) and not one.maybe_one:
            return one
        del other
    return None


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """The shape of operands combined elementwise; None where a rank is unknown."""
    result: tuple[DimLike, ...] = ()
    for shape in shapes:
        if shape is None:
            return None
        rank = max(len(result), len(shape))
        a = (1,) * (rank - len(result)) + result
        b = (1,) * (rank - len(shape)) + tuple(shape)
        result = tuple(map(broadcast_dim, a, b))
    return result


def combine(types: Sequence[Type], *, inexact: bool = False) -> Num:
    """The type of an elementwise NumPy or operator result."""
    numbers = [number(t) for t in types]
    kind, dtype = promote(numbers, inexact=inexact)
    return Num(kind, dtype, broadcast([n.shape for n in numbers]))


def as_numpy(t: Num) -> Num:
    """NumPy's functions return NumPy scalars for Python ones."""
    return Num(t.kind, t.dtype or default_dtype(t.kind), t.shape) if t.is_scalar else t


# ---------------------------------------------------------------------------- type rules

def same(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """The type of the first operand."""
    return [args[0].type]


def same_array(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """The first operand's type as NumPy returns it."""
    return [array_of(args[0].type)]


def arrays(rule: TypeRule) -> TypeRule:
    """The results of `rule` where NumPy returns an array even without axes, which is no scalar.

    It can be stored into and viewed, so nothing is told of its rank."""

    def types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        return [Num(t.kind, t.dtype, None, ndarray=True) if isinstance(t, Num) and not t.is_array else t
                for t in rule(args, attrs)]

    return types


def ufunc(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """A NumPy function of floats: integers become float64."""
    return [as_numpy(combine([a.type for a in args], inexact=True))]


def ufunc_exact(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """A NumPy function that keeps integers."""
    return [as_numpy(combine([a.type for a in args]))]


def unary_exact(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """As `ufunc_exact`, of the first operand only (the others are options)."""
    return ufunc_exact(args[:1], attrs)


def comparison(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    types = [a.type for a in args]
    if any(not isinstance(t, Num) for t in types):
        array = any(isinstance(t, Num) and t.is_array for t in types)
        return [combine_bool(types) if array else UNKNOWN if UNKNOWN in types else BOOL]
    return [combine_bool(types)]


def combine_bool(types: Sequence[Type]) -> Num:
    result = combine(types)
    plain = all(isinstance(t, Num) and t.is_scalar and t.dtype is None for t in types)
    return BOOL if plain else Num("bool", "bool", result.shape)


def ufunc_bool(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num("bool", "bool", combine([a.type for a in args]).shape)]


def fixed(*types: Type) -> TypeRule:
    """Always these types."""

    def rule(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        return list(types)

    return rule


def python_float(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [FLOAT]


def add_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x + y``: numbers, lists, tuples or strings."""
    a, b = (x.type for x in args[:2])
    if {type(a), type(b)} == {ListType, TupleType}:
        a, b = _as_list(a), _as_list(b)  # a tuple of unknown length has the type of a list
    if isinstance(a, ListType) and isinstance(b, ListType):
        lengths = (a.length, b.length)
        item = b.item if a.length == 0 else a.item if b.length == 0 else join(a.item, b.item)
        return [ListType(item, None if None in lengths else sum(n for n in lengths if n is not None))]
    if isinstance(a, TupleType) and isinstance(b, TupleType):
        return [TupleType(a.items + b.items)]
    if STR in (a, b):
        return [STR]
    if any(isinstance(t, Num) for t in (a, b)):
        return arithmetic(args, attrs)
    return [UNKNOWN]


def mod_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x % y``: numbers, or a string with its values."""
    return [STR] if args[0].type == STR else arithmetic(args, attrs)


def _as_list(t: Type) -> Type:
    if not isinstance(t, TupleType):
        return t
    item: Type = t.items[0] if t.items else UNKNOWN
    for other in t.items[1:]:
        item = join(item, other)
    return ListType(item, len(t.items))


def mul_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x * y``: numbers, or a list, tuple or string repeated."""
    a, b = (x.type for x in args[:2])
    for sequence, count in ((a, args[1]), (b, args[0])):
        if isinstance(sequence, ListType) and _may_be_int(count.type):
            n = count.value if isinstance(count, Const) else None
            return [ListType(sequence.item, sequence.length * n
                             if isinstance(n, int) and sequence.length is not None else None)]
        if isinstance(sequence, TupleType) and _may_be_int(count.type):
            known = isinstance(count, Const) and isinstance(count.value, int)
            return [TupleType(sequence.items * count.value) if known else UNKNOWN]  # type: ignore[union-attr,operator]
        if sequence == STR:
            return [STR]
    if UNKNOWN in (a, b) and any(t == UNKNOWN or (_may_be_int(t) and number(t).shape in ((), None)) for t in (a, b)):
        other = b if a == UNKNOWN else a
        if other == UNKNOWN or number(other).kind in ("int", "bool", None):
            return [UNKNOWN]
    return arithmetic(args, attrs)


def _may_be_int(t: Type) -> bool:
    return (isinstance(t, Num) and t.kind in ("int", "bool", None) and not t.is_array) or t == UNKNOWN


def arithmetic(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """Operators that keep integers; bool arithmetic gives int."""
    result = combine([a.type for a in args])
    if result.kind == "bool" and result.dtype is None and result.is_scalar:
        result = INT
    return [result]


def bitwise(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """Operators on bits: of truth values they give truth values."""
    return [combine([a.type for a in args])]


def division(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x / y``."""
    return [combine([a.type for a in args], inexact=True)]


def power(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x ** y``; a negative literal exponent makes an integer a float."""
    exponent = args[1]
    negative = isinstance(exponent, Const) and isinstance(exponent.value, int) and exponent.value < 0
    if negative and number(args[0].type).kind in ("int", "bool"):
        return division(args[:1], attrs)
    return arithmetic(args[:2], attrs)


def matmul_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """``x @ y`` and ``np.matmul``."""
    a, b = number(args[0].type), number(args[1].type)
    kind, dtype = promote([a, b])
    if a.shape is None or b.shape is None:
        return [Num(kind, dtype, None)]
    batch = broadcast([a.shape[:-2], b.shape[:-2]]) or ()
    rows_ = a.shape[-2:-1]
    columns = b.shape[-1:] if len(b.shape) > 1 else ()
    return [Num(kind, dtype, batch + rows_ + columns)]


def elementwise_type(key: str) -> TypeRule:
    """What an elementwise row returns when its declaration does not say."""
    library = key.partition(".")[0] if "." in key else ""
    return {"math": python_float, "": arithmetic}.get(library, ufunc)
