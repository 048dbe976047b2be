"""How each primitive is applied to all directions at once: one rule a primitive, where NumPy does not do it by itself.

::

    np.sum(x_dot)            x_dot: rank 2      np.sum(x_dot, axis=(1, 2))
    mul(t_dot, x)            t_dot: a number    t_dot[:, None] * x
    matmul(A, x_dot)         x_dot: rank 1      x_dot @ A.T
    getitem(x_dot, i)                           x_dot[:, i]

What has no rule is applied to one direction after the other, in a loop of its own (`apart`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from s2sad.ir.trace import Apply, Atom, Const, Value
from s2sad.ir.types import SLICE, ListType, Num, TupleType
from s2sad.transform.directions.many import Many, axes_of, behind, known_rank, one_axis


class NoRule(Exception):
    """This application is not covered: it is done for one direction after the other."""


@dataclass
class Case:
    """One application: the operation as it was, its operands now, and which of them carry directions."""

    op: Apply
    args: list[Atom]
    many: list[bool]
    m: Many

    def rank(self, k: int = 0) -> int:
        return known_rank(self.op.args[k])

    def apply(self, *args: object, **keywords: Any) -> Value:
        return self.m.b.apply(self.op.prim, *args, **keywords)

    def only(self, *positions: int) -> None:
        """The rule holds where these operands alone carry directions."""
        if [k for k, flag in enumerate(self.many) if flag] != list(positions):
            raise NoRule

    def literal(self, k: int) -> object:
        atom = self.args[k]
        if not isinstance(atom, Const):
            raise NoRule
        return atom.value


Rule = Callable[[Case], Atom]


def pointwise(c: Case) -> Atom:
    """Operands of fewer axes get axes of length 1 behind the directions."""
    ranks = [_rank_or_none(a) for a in c.op.args]
    others = [r for r, many in zip(ranks, c.many) if not many]
    flagged = [r for r, many in zip(ranks, c.many) if many]
    if all(r == 0 for r in others) and len(flagged) == 1:
        return c.apply(*c.args)  # nothing to align with
    wanted = max(known_rank(a) for a in c.op.args)
    return c.apply(*(c.m.aligned(new, known_rank(old), wanted) if many else new
                     for new, old, many in zip(c.args, c.op.args, c.many)))


def _rank_or_none(atom: Atom) -> int | None:
    kind = atom.type
    return len(kind.shape) if isinstance(kind, Num) and kind.shape is not None else None


def same(c: Case) -> Atom:
    """One direction is not treated differently from many."""
    c.only(0)
    return c.apply(*c.args)


def number(c: Case) -> Atom:
    """``float(x)``: already an array of numbers."""
    return c.args[0]


def chosen(c: Case) -> Atom:
    """``a if c else b``."""
    if c.many[0]:
        raise NoRule
    sides = [new if many else c.m.filled(new, old.type)
             for new, old, many in zip(c.args[1:], c.op.args[1:], c.many[1:])]
    return c.apply(c.args[0], *sides)


# ------------------------------------------------------------------ sums


def reduced(c: Case) -> Atom:
    """``np.sum``, ``np.mean``."""
    c.only(0)
    axes = axes_of(c.args[1], c.m)
    if axes is None:
        axes = tuple(range(c.rank()))
        if not axes:
            return c.args[0]
    return c.apply(c.args[0], one_axis([behind(k) for k in axes]), *c.args[2:])


def added_up(c: Case) -> Atom:
    """``sum`` of an array's items, or of a list."""
    kind = c.op.args[0].type
    start = c.args[1] if c.op.prim == "sum" else Const(0)
    nothing = isinstance(start, Const) and start.value == 0
    if isinstance(kind, Num) and c.rank() == 1 and nothing:
        return c.m.b.apply("np.sum", c.args[0], axis=1)
    scalars = kind.items if isinstance(kind, TupleType) else (kind.item,) if isinstance(kind, ListType) else ()
    if not c.many[0] or not scalars or not all(isinstance(t, Num) and t.is_scalar for t in scalars):
        raise NoRule
    if nothing:
        start = c.m.b.apply("np.zeros", c.m.count)
    elif not c.many[1]:
        start = c.m.filled(start, c.op.args[1].type)
    return c.m.b.apply("sum", c.args[0], start)


def along(position: int, flat: bool = False) -> Rule:
    """A rule for an operation along the axis in operand `position`; None means the flattened array, if `flat`."""
    def rule(c: Case) -> Atom:
        c.only(0)
        axes = axes_of(c.args[position], c.m)
        args = list(c.args)
        if axes is None:
            if c.rank() != 1 and not flat:
                raise NoRule
            if c.rank() != 1:
                args[0] = c.m.b.apply("np.reshape", args[0], c.m.shape(Const(-1)))
            axes = (0,)
        args[position] = Const(one_axis([behind(k) for k in axes]))
        return c.apply(*args)
    return rule


def flipped(c: Case) -> Atom:
    c.only(0)
    axes = axes_of(c.args[1], c.m)
    axes = tuple(range(c.rank())) if axes is None else axes
    return c.apply(c.args[0], one_axis([behind(k) for k in axes]))


def taken_along(c: Case) -> Atom:
    """``np.take_along_axis(x, indices, axis)``."""
    c.only(0)
    axes = axes_of(c.args[2], c.m)
    if axes is None:
        raise NoRule
    return c.apply(c.args[0], c.m.b.apply("getitem", c.args[1], Const(None)), one_axis([behind(k) for k in axes]))


# ------------------------------------------------------------------ shapes


def reshaped(c: Case) -> Atom:
    c.only(0)
    return c.m.b.apply("np.reshape", c.args[0], c.m.shape(c.args[1] if len(c.args) > 1 else Const(-1)))


def transposed(c: Case) -> Atom:
    c.only(0)
    axes = axes_of(c.args[1], c.m)
    rank = c.rank()
    if axes is None:
        if rank < 2:
            return c.args[0]
        if rank == 2:
            return c.m.b.apply("np.swapaxes", c.args[0], 1, 2)
        axes = tuple(range(rank))[::-1]
    return c.apply(c.args[0], (0, *(k % rank + 1 for k in axes)))


def axes_swapped(c: Case) -> Atom:
    """``np.swapaxes``, ``np.moveaxis``."""
    c.only(0)
    first, second = axes_of(c.args[1], c.m), axes_of(c.args[2], c.m)
    if first is None or second is None:
        raise NoRule
    return c.apply(c.args[0], one_axis([behind(k) for k in first]), one_axis([behind(k) for k in second]))


def on_axes(c: Case) -> Atom:
    """``np.expand_dims``, ``np.squeeze``: axes that are written out."""
    c.only(0)
    axes = axes_of(c.args[1], c.m)
    if axes is None:
        raise NoRule
    return c.apply(c.args[0], one_axis([behind(k) for k in axes]))


def broadcast(c: Case) -> Atom:
    c.only(0)
    kind = c.op.result.type
    if not isinstance(kind, Num) or kind.shape is None:
        raise NoRule
    return c.apply(c.m.aligned(c.args[0], c.rank(), len(kind.shape)), c.m.shape(c.args[1]))


def triangle(c: Case) -> Atom:
    """``np.tril``, ``np.triu`` act on the last two axes."""
    if c.rank() < 2:
        raise NoRule
    return same(c)


def rows(c: Case) -> Atom:
    """``list(x)``: an array of all directions for each item."""
    c.only(0)
    kind = c.op.args[0].type
    if isinstance(kind, ListType):
        return c.apply(*c.args)
    if c.op.prim != "list_of" or not isinstance(kind, Num) or c.rank() != 1:
        raise NoRule
    return c.apply(c.m.b.apply("np.copy", c.m.b.apply("np.transpose", c.args[0])))


def stacked(c: Case) -> Atom:
    """``np.array`` of a list: the directions of its items come first."""
    c.only(0)
    kind = c.op.args[0].type
    depth = 0
    while isinstance(kind, (ListType, TupleType)):
        depth += 1
        kind = kind.item if isinstance(kind, ListType) else kind.items[0]
    if depth == 0:
        return same(c)
    whole = c.apply(*c.args)
    if depth == 1:
        return c.m.b.apply("np.stack", c.args[0], 1)
    return c.m.b.apply("np.copy", c.m.b.apply("np.moveaxis", whole, depth, 0))


def joined(c: Case) -> Atom:
    """``np.concatenate``, ``np.stack``."""
    c.only(0)
    axes = axes_of(c.args[1], c.m)
    if axes is None:
        raise NoRule
    return c.apply(c.args[0], behind(axes[0]))


def joined_side_by_side(c: Case) -> Atom:
    """``np.hstack``."""
    c.only(0)
    return c.m.b.apply("np.concatenate", c.args[0], 1 if _rank_of_items(c) <= 1 else 2)


def joined_as_rows(c: Case) -> Atom:
    """``np.vstack``."""
    c.only(0)
    if _rank_of_items(c) < 2:
        return c.m.b.apply("np.stack", c.args[0], 1)
    return c.m.b.apply("np.concatenate", c.args[0], 1)


def _rank_of_items(c: Case) -> int:
    kind = c.op.args[0].type
    items = kind.items if isinstance(kind, TupleType) else (kind.item,) if isinstance(kind, ListType) else ()
    ranks = {len(i.shape) if isinstance(i, Num) and i.shape is not None else None for i in items}
    if len(ranks) != 1 or None in ranks or 0 in ranks:
        raise NoRule
    return next(r for r in ranks if r is not None)


# ------------------------------------------------------------------ products


def product(c: Case) -> Atom:
    """``matmul`` and ``np.dot``."""
    b = c.m.b
    left, right = c.rank(0), c.rank(1)
    x, y = c.args
    if all(c.many) or 0 in (left, right):
        raise NoRule
    if (c.op.prim == "np.dot" and left > 2) or right > 2:
        raise NoRule
    if c.many[0]:
        return b.apply("matmul", x, y)
    if right == 2:
        return b.apply("matmul", x, c.m.aligned(y, 2, left))
    if left == 1:
        return b.apply("matmul", y, x)
    if left != 2:
        raise NoRule
    return b.apply("matmul", y, _turned(c, x))


def _turned(c: Case, x: Atom) -> Atom:
    """The transpose of a matrix, which may be a transpose itself."""
    made = next((op for op in c.m.b.block.ops if isinstance(op, Apply) and x in op.results), None)
    if made is not None and made.prim == "np.transpose" and made.args[1] == Const(None):
        return made.args[0]
    return c.m.b.apply("np.transpose", x)


def inner(c: Case) -> Atom:
    """``np.inner``, ``np.vdot`` of vectors."""
    if all(c.many) or (c.rank(0), c.rank(1)) != (1, 1):
        raise NoRule
    x, y = c.args
    return c.m.b.apply("matmul", x, y) if c.many[0] else c.m.b.apply("matmul", y, x)


def outer(c: Case) -> Atom:
    if all(c.many) or (c.rank(0), c.rank(1)) != (1, 1):
        raise NoRule
    x, y = c.args
    whole = c.m.b.apply("slice", None, None, None)
    if c.many[0]:
        return c.m.b.apply("mul", c.m.subscript(x, whole, Const(None)), y)
    column = c.m.b.apply("getitem", x, c.m.b.apply("tuple", whole, Const(None)))
    return c.m.b.apply("mul", column, c.m.subscript(y, Const(None)))


def einstein(c: Case) -> Atom:
    """``np.einsum``: the directions are one more letter."""
    text = c.literal(0)
    if not isinstance(text, str) or "->" not in text or "." in text or any(isinstance(a.type, Num) is False
                                                                           for a in c.args[1:]):
        raise NoRule
    source, _, result = text.replace(" ", "").partition("->")
    letter = next(x for x in "ZYXWVU" if x not in text)
    parts = [letter + part if many else part for part, many in zip(source.split(","), c.many[1:])]
    return c.apply(f"{','.join(parts)}->{letter}{result}", *c.args[1:])


def solved(c: Case) -> Atom:
    """``np.linalg.solve(a, b)`` by b."""
    c.only(1)
    b = c.m.b
    if c.rank(0) != 2:
        raise NoRule
    if c.rank(1) == 1:
        return b.apply("np.transpose", c.apply(c.args[0], b.apply("np.transpose", c.args[1])))
    return c.apply(*c.args)


# ------------------------------------------------------------------ subscripts


def indexed(c: Case) -> Atom:
    """``x[index]`` of an array."""
    c.only(0)
    if isinstance(c.op.args[0].type, (ListType, TupleType)):
        return c.apply(*c.args)
    return c.apply(c.args[0], c.m.b.apply("tuple", *subscript_of(c)))


def subscript_of(c: Case) -> list[Atom]:
    """``:, index`` as the items of a tuple; advanced indices must stand together, for their axes stay in place then."""
    index = c.args[1]
    items: list[Atom] = [index]
    if isinstance(index.type, TupleType):
        items = c.m.items(index) or [c.m.b.apply("getitem", index, k) for k in range(len(index.type.items))]
    kinds = [_index_kind(item) for item in items]
    if "array" in kinds:
        places = [k for k, kind in enumerate(kinds) if kind in ("array", "int")]
        if places != list(range(places[0], places[-1] + 1)):
            raise NoRule
    return [c.m.b.apply("slice", None, None, None), *items]


def _index_kind(item: Atom) -> str:
    kind = item.type
    if kind == SLICE or (isinstance(item, Const) and (item.value is None or item.value is Ellipsis)):
        return "basic"
    if isinstance(kind, Num) and kind.is_scalar and kind.kind == "int":
        return "int"
    if (isinstance(kind, Num) and kind.is_array) or isinstance(kind, (ListType, TupleType)):
        return "array"
    raise NoRule


def list_joined(c: Case) -> Atom:
    return c.apply(*c.args)


# Rules that know what to do with lists and tuples.
OF_LISTS = frozenset({
    "np.array", "np.asarray", "np.concatenate", "np.stack", "np.hstack", "np.vstack", "sum", "math.fsum", "list_of",
    "tuple_of", "concat", "repeat", "getitem", "select", "assign", "own", "copy"})

RULES: dict[str, Rule] = {
    "float": number, "select": chosen, "np.where": pointwise, "np.real": same,
    "sum": added_up, "math.fsum": added_up, "np.sum": reduced, "np.mean": reduced,
    "np.cumsum": along(1, flat=True), "np.diff": along(2), "np.trapezoid": along(3), "np.take": along(2, flat=True),
    "np.roll": along(2), "np.flip": flipped, "np.take_along_axis": taken_along,
    "np.reshape": reshaped, "np.ravel": reshaped, "np.transpose": transposed, "np.swapaxes": axes_swapped,
    "np.moveaxis": axes_swapped, "np.expand_dims": on_axes, "np.squeeze": on_axes, "np.broadcast_to": broadcast,
    "np.tril": triangle, "np.triu": triangle,
    "np.array": stacked, "np.asarray": stacked, "np.copy": same, "np.astype": same, "np.ascontiguousarray": same,
    "np.concatenate": joined, "np.stack": joined, "np.hstack": joined_side_by_side, "np.vstack": joined_as_rows,
    "list_of": rows, "tuple_of": rows, "concat": list_joined, "repeat": list_joined,
    "matmul": product, "np.matmul": product, "np.dot": product, "np.inner": inner, "np.vdot": inner,
    "np.outer": outer, "np.einsum": einstein, "np.linalg.solve": solved,
    "getitem": indexed, "copy": same, "assign": same, "own": same,
}
