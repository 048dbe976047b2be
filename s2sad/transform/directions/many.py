"""What the rules of vector mode work with: operands that carry all directions along a leading axis, or that do not.

A rule sees one direction: ranks and axes are those of the function.  `Many` shifts them::

    rank 1, with directions        x_dot              float[n, 3]
    as an operand of rank 2        x_dot[:, None]     float[n, 1, 3]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Const, Undefined, Value
from s2sad.ir.types import Dim, DimLike, ListType, Num, TupleType, Type, is_number

HINT = "say the types with signature=, or call source_for(*args) and raw(*args), which know them"


class Many:
    """Appends operations on values with directions; `count` is how many there are, `length` that length as a type."""

    def __init__(self, b: Builder, count: Atom, length: DimLike) -> None:
        self.b, self.count, self.length = b, count, length

    # -- types --------------------------------------------------------------------------------

    def type_of(self, kind: Type) -> Type:
        """The type of a value of this type with directions."""
        if isinstance(kind, ListType):
            return replace(kind, item=self.type_of(kind.item))
        if isinstance(kind, TupleType):
            return TupleType(tuple(map(self.type_of, kind.items)))
        if isinstance(kind, Num) and kind.kind not in ("int", "bool"):
            dtype = kind.dtype or (f"{kind.kind}64" if kind.kind == "float" else None)
            return Num(kind.kind, dtype, None if kind.shape is None else (self.length, *kind.shape))
        return kind

    def items(self, atom: Atom) -> list[Atom] | None:
        """The items of a tuple that is written out."""
        if isinstance(atom, Const) and isinstance(atom.value, tuple):
            return [Const(k) for k in atom.value]
        for op in reversed(self.b.block.ops):
            if isinstance(op, Apply) and op.prim == "tuple" and atom in op.results:
                return list(op.args)
        return None

    # -- operands -------------------------------------------------------------------------------

    def aligned(self, atom: Atom, rank: int, wanted: int) -> Atom:
        """A value with directions, of `rank` axes by itself, with axes of length 1 inserted behind the first."""
        if rank >= wanted:
            return atom
        return self.subscript(atom, *[Const(None)] * (wanted - rank))

    def subscript(self, atom: Atom, *rest: Atom) -> Value:
        """``atom[:, *rest]``."""
        whole = self.b.apply("slice", None, None, None)
        return self.b.apply("getitem", atom, self.b.apply("tuple", whole, *rest))

    def shape(self, shape: Atom) -> Atom:
        """``(count, *shape)``."""
        if isinstance(shape, Const):
            lengths = shape.value if isinstance(shape.value, tuple) else (shape.value,)
            return self.b.apply("tuple", self.count, *(Const(n) for n in lengths))
        if isinstance(shape.type, Num):
            return self.b.apply("tuple", self.count, shape)
        items = self.items(shape)
        if items is not None:
            return self.b.apply("tuple", self.count, *items)
        return self.b.apply("concat", self.b.apply("tuple", self.count), shape)

    def shape_like(self, value: Atom) -> Atom:
        """``(count, *value.shape)``."""
        if isinstance(value.type, Num) and value.type.rank == 1:
            return self.b.apply("tuple", self.count, self.b.apply("size", value))
        return self.shape(self.b.apply("shape", value))

    def filled(self, atom: Atom, kind: Type, own: bool = False) -> Atom:
        """A value that is the same in every direction, with directions; `own`: in memory that may be stored into."""
        if isinstance(atom, Undefined):
            return atom
        if isinstance(kind, Num) and kind.is_scalar:
            zero = isinstance(atom, Const) and atom.value == 0
            return self.b.apply("np.zeros", self.count) if zero else self.b.apply("np.full", self.count, atom)
        if not is_number(kind):
            raise UnsupportedError("a list is the same in every direction on one path, which vector mode does not "
                                   "follow", loc=self.b.loc, hint="differentiate with jvp in each direction")
        shape = self.shape_like(atom)
        wide = self.b.apply("np.broadcast_to", atom, shape)
        return self.b.apply("np.copy", wide) if own else wide


def known_rank(atom: Atom) -> int:
    """The number of axes of an operand, without directions; it must be known."""
    kind = atom.type
    if isinstance(kind, Num) and kind.shape is not None:
        return len(kind.shape)
    name = getattr(atom, "name", None)
    what = f"the number of axes of {name!r}" if name else "the number of axes of a part of this"
    raise NotDifferentiableError(f"{what} is not known, which vector mode needs", hint=HINT)


def axes_of(atom: Atom, m: Many | None = None) -> tuple[int, ...] | None:
    """Axes as they are written out; None for all of them."""
    items = m.items(atom) if m is not None and isinstance(atom, Value) else None
    if items is not None and all(isinstance(a, Const) for a in items):
        atom = Const(tuple(a.value for a in items if isinstance(a, Const)))
    value = atom.value if isinstance(atom, Const) else ...
    if value is None:
        return None
    if isinstance(value, int):
        return (value,)
    if isinstance(value, tuple) and all(isinstance(k, int) for k in value):
        return value
    raise NotDifferentiableError("an axis that is not written out, in vector mode", hint="write the axis out")


def behind(axis: int) -> int:
    """An axis, behind that of the directions; those counted from the end stay."""
    return axis + 1 if axis >= 0 else axis


def one_axis(axes: Sequence[int]) -> object:
    return axes[0] if len(axes) == 1 else tuple(axes)


def length_named(name: str = "directions") -> Dim:
    return Dim(name, maybe_one=True)


def narrow_dtype(like: Atom) -> dict[str, Any]:
    """The keyword for new memory of an operand's dtype, where that is not NumPy's own choice."""
    kind = like.type
    return {"dtype": kind.dtype} if isinstance(kind, Num) and kind.dtype in ("float32", "float16") else {}
