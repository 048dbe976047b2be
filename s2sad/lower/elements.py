"""Arrays as functions of their indices: what element i, j of an expression is, as operations on numbers.

::

    Elementwise(mul, [Buffer(a), View(b, rows from 1)]).at(i, j)   ->   mul(a[i, j], b[i + 1, j])

Nothing is computed before somebody asks for an element; a view of a view is one subscript of the array behind both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Atom, Const, Loc, Value
from s2sad.ir.types import DimLike, Num


@dataclass(frozen=True)
class Index:
    """``atom + offset``; `inside` where a loop's bounds prove it to be in its axis."""

    atom: Atom | None = None
    offset: int = 0
    inside: bool = True

    def plus(self, offset: int) -> Index:
        return Index(self.atom, self.offset + offset, self.inside) if offset else self

    def emit(self, builder: Builder) -> Atom:
        if self.atom is None:
            return Const(self.offset)
        if not self.offset:
            return self.atom
        prim, size = ("add", self.offset) if self.offset > 0 else ("sub", -self.offset)
        return builder.apply(prim, self.atom, size)


def extent(length: Index, builder: Builder) -> Atom:
    """A length as a number: what a slice cuts off may be more than there is."""
    made = length.emit(builder)
    return builder.apply("max", made, 0) if length.atom is not None and length.offset < 0 else made


def index_of(atom: Atom) -> Index:
    """The index that the program itself computes."""
    if isinstance(atom, Const) and type(atom.value) is int:
        return Index(None, atom.value, False)
    return Index(atom, 0, False)


Indices = Sequence[Index]
Place = tuple[Value, tuple[Index, ...]]


class Element:
    """An array, or a number, by its elements."""

    shape: tuple[DimLike, ...] = ()

    @property
    def rank(self) -> int:
        return len(self.shape)

    def length(self, axis: int, builder: Builder) -> Index:
        """How long an axis is."""
        raise NotImplementedError

    def at(self, indices: Indices, builder: Builder) -> Atom:
        """The element, computed by operations appended to the builder's block."""
        raise NotImplementedError

    def reads(self, indices: Indices) -> Iterator[Place | Value]:
        """Which elements of which arrays that takes; an array alone where its elements are found at run time."""
        return iter(())

    def fixed(self) -> set[int]:
        """The axes whose indices must be literals."""
        return set()


@dataclass(eq=False)
class Scalar(Element):
    """A number."""

    atom: Atom

    def at(self, indices: Indices, builder: Builder) -> Atom:
        return self.atom


@dataclass(eq=False)
class Buffer(Element):
    """An array in memory.  Within a loop nest that has stored element i of it, `now` is what was stored.

    `passing` is the expression of one that may turn out not to be needed: that tells its lengths."""

    value: Value
    shape: tuple[DimLike, ...] = ()
    now: Atom | None = None
    passing: Element | None = None

    def length(self, axis: int, builder: Builder) -> Index:
        known = self.shape[axis]
        if isinstance(known, int):
            return Index(None, known)
        if self.passing is not None:
            return self.passing.length(axis, builder)
        return Index(builder.apply("getitem", builder.apply("shape", self.value), axis))

    def at(self, indices: Indices, builder: Builder) -> Atom:
        if self.now is not None:
            return self.now
        return load(self.value, indices, builder)

    def reads(self, indices: Indices) -> Iterator[Place | Value]:
        yield self.value, tuple(indices)


def subscript(indices: Indices, builder: Builder) -> Atom:
    """What stands between the brackets."""
    atoms = [i.emit(builder) for i in indices]
    if len(atoms) == 1:
        return atoms[0]
    if all(isinstance(a, Const) for a in atoms):
        return Const(tuple(a.value for a in atoms if isinstance(a, Const)))
    return builder.apply("tuple", *atoms)


def load(array: Value, indices: Indices, builder: Builder) -> Value:
    """``array[i, j]``."""
    inside = all(i.inside for i in indices)
    kind = array.type
    made = builder.apply("getitem", array, subscript(indices, builder), attrs={"inside": True} if inside else {})
    if isinstance(kind, Num):
        made.type = Num(kind.kind, kind.dtype, ())
    return made


@dataclass(frozen=True)
class Axis:
    """An axis of a view: axis `k` of the result, of which element 0 is element `start` here; `cut` are left out."""

    k: int
    start: int = 0
    cut: int = 0


@dataclass(eq=False)
class View(Element):
    """Elements of `base` in other places: for each of its axes an axis of the result, an index, or those of an array.

    Axes of the result that no axis of `base` has are `lengths` long (1 where nothing is said)."""

    base: Element
    axes: Sequence[Axis | Index | tuple[Element, int]]
    shape: tuple[DimLike, ...] = ()
    lengths: dict[int, Index] = field(default_factory=dict)

    def length(self, axis: int, builder: Builder) -> Index:
        known = self.shape[axis]
        if isinstance(known, int):
            return Index(None, known)
        if axis in self.lengths:
            return self.lengths[axis]
        for k, entry in enumerate(self.axes):
            if isinstance(entry, Axis) and entry.k == axis:
                return self.base.length(k, builder).plus(-entry.cut)
            if isinstance(entry, tuple) and 0 <= axis - entry[1] < entry[0].rank:
                return entry[0].length(axis - entry[1], builder)
        return Index(None, 1)

    def at(self, indices: Indices, builder: Builder) -> Atom:
        found: list[Index] = []
        for entry in self.axes:
            if isinstance(entry, Axis):
                found.append(indices[entry.k].plus(entry.start))
            elif isinstance(entry, Index):
                found.append(entry)
            else:
                source, first = entry
                found.append(index_of(source.at(indices[first:first + source.rank], builder)))
        return self.base.at(found, builder)

    def place(self, indices: Indices, builder: Builder) -> tuple[Value, list[Index]] | None:
        """The element of the array behind it that an element is."""
        found: list[Index] = []
        for entry in self.axes:
            if isinstance(entry, Axis):
                found.append(indices[entry.k].plus(entry.start))
            elif isinstance(entry, Index):
                found.append(entry)
            else:
                source, first = entry
                found.append(index_of(source.at(indices[first:first + source.rank], builder)))
        return place_of(self.base, found, builder)

    def reads(self, indices: Indices) -> Iterator[Place | Value]:
        gathers = [e for e in self.axes if isinstance(e, tuple)]
        for source, first in gathers:
            yield from source.reads(indices[first:first + source.rank])
        if gathers:
            behind = self.base
            while isinstance(behind, View):
                behind = behind.base
            for found in behind.reads([Index(None, 0)] * behind.rank):
                yield found[0] if isinstance(found, tuple) else found
            return
        yield from self.base.reads([indices[e.k].plus(e.start) if isinstance(e, Axis) else e  # type: ignore[misc]
                                    for e in self.axes])

    def fixed(self) -> set[int]:
        inner = self.base.fixed()
        found = {e.k for k, e in enumerate(self.axes) if isinstance(e, Axis) and k in inner}
        for entry in self.axes:
            if isinstance(entry, tuple):
                found |= {k + entry[1] for k in entry[0].fixed()}
        return found


def place_of(target: Element, indices: Indices, builder: Builder) -> tuple[Value, list[Index]] | None:
    """The array and the indices in it, of what can be stored into."""
    if isinstance(target, Buffer):
        return target.value, list(indices)
    return target.place(indices, builder) if isinstance(target, View) else None


@dataclass(eq=False)
class Elementwise(Element):
    """A primitive of numbers, applied to the elements of its operands; shorter ones are repeated."""

    prim: str
    operands: list[Element]
    attrs: dict[str, Any]
    shape: tuple[DimLike, ...]
    loc: Loc | None = None
    origin: str = "primal"

    def length(self, axis: int, builder: Builder) -> Index:
        known = self.shape[axis]
        if isinstance(known, int):
            return Index(None, known)
        best: Element | None = None
        for operand in self.operands:
            own = axis - (self.rank - operand.rank)
            if own >= 0 and operand.shape[own] != 1 and (
                    best is None or (operand.shape[own] == known and best_of(operand) < best_of(best))):
                best = operand
        assert best is not None
        return best.length(axis - (self.rank - best.rank), builder)

    def at(self, indices: Indices, builder: Builder) -> Atom:
        args = [operand.at(aligned(operand, indices), builder) for operand in self.operands]
        loc, origin = builder.loc, builder.origin
        builder.loc, builder.origin = self.loc or loc, self.origin
        made = scalar_operation(builder, self.prim, args, self.attrs)
        builder.loc, builder.origin = loc, origin
        return made

    def reads(self, indices: Indices) -> Iterator[Place | Value]:
        for operand in self.operands:
            yield from operand.reads(aligned(operand, indices))

    def fixed(self) -> set[int]:
        found: set[int] = set()
        for operand in self.operands:
            shift = self.rank - operand.rank
            found |= {k + shift for k in operand.fixed() if operand.shape[k] != 1}
        return found


def best_of(element: Element) -> int:
    """Arrays tell their lengths more shortly than views, and these than expressions; what may vanish does it last."""
    if isinstance(element, Buffer):
        return 0 if element.passing is None else 3
    return max(1, best_of(element.base)) if isinstance(element, View) else 2


def aligned(operand: Element, indices: Indices) -> list[Index]:
    """The indices of an operand's element: axes from the right, and 0 where it is 1 long."""
    own = list(indices[len(indices) - operand.rank:]) if operand.rank else []
    return [Index(None, 0) if n == 1 else i for n, i in zip(operand.shape, own)]


@dataclass(eq=False)
class Fixed(Element):
    """A small array of known size whose elements are values."""

    items: list[Atom]
    shape: tuple[DimLike, ...] = ()

    def length(self, axis: int, builder: Builder) -> Index:
        size = self.shape[axis]
        assert isinstance(size, int)
        return Index(None, size)

    def at(self, indices: Indices, builder: Builder) -> Atom:
        position = 0
        for index, size in zip(indices, self.shape):
            assert index.atom is None and isinstance(size, int)
            position = position * size + index.offset % size
        return self.items[position]

    def fixed(self) -> set[int]:
        return set(range(self.rank))


_RENAMED = {"np.add": "add", "np.subtract": "sub", "np.multiply": "mul", "np.divide": "truediv",
            "np.true_divide": "truediv", "np.negative": "neg", "np.where": "select", "np.power": "pow",
            "np.logical_not": "not", "np.copy": "copy"}


def scalar_operation(builder: Builder, prim: str, args: list[Atom], attrs: dict[str, Any]) -> Atom:
    """A primitive of arrays as one of numbers."""
    prim = _RENAMED.get(prim, prim)
    if prim in ("copy", "assign", "own", "np.copy", "np.ascontiguousarray", "np.asarray"):
        return args[0]
    if prim in ("np.logical_and", "np.logical_or"):
        prim = {"np.logical_and": "bitand", "np.logical_or": "bitor"}[prim]
    if prim in ("invert", "np.invert"):
        prim = "not"
    if prim in ("np.square",):
        return builder.apply("mul", args[0], args[0])
    if prim == "np.clip":
        return _clipped(builder, args)
    if prim == "mul" and Const(1.0) in args:
        other = args[1] if args[0] == Const(1.0) else args[0]
        if isinstance(other.type, Num) and other.type.kind == "float":
            return other
    if prim == "astype":
        return builder.apply({"float": "float", "int": "int", "bool": "bool"}[attrs["kind"]], args[0])
    return builder.apply(prim, *args, attrs=attrs)


def _clipped(builder: Builder, args: list[Atom]) -> Atom:
    x, low, high = args
    if not (isinstance(low, Const) and low.value is None):
        x = builder.apply("np.maximum", x, low)
    if not (isinstance(high, Const) and high.value is None):
        x = builder.apply("np.minimum", x, high)
    return x
