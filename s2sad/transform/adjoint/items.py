"""Adding to one item of a list's shadow: a number or an array, a tuple, or a list again.

``l_bar[k] += g`` adds numbers and arrays.  Python would join tuples and lists instead, so they are added item by
item::

    w = l_bar[k]
    l_bar[k] = (w[0] + g[0], w[1] + g[1])
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Atom, Block, Const, For, Value, Yield
from s2sad.ir.types import TUPLE, ListType, TupleType, Type


def add_to_item(shadow: Atom, index: Atom, g: Atom, b: Builder) -> None:
    """``shadow[index] += g``, also where the item is a tuple or a list."""
    kind = g.type if isinstance(g.type, (TupleType, ListType)) else \
        shadow.type.item if isinstance(shadow.type, ListType) else g.type
    if isinstance(kind, TupleType):
        old = b.apply("getitem", shadow, index)
        b.effect("setitem", shadow, index, sum_of_tuples(old, g, kind, b))
    elif isinstance(kind, ListType):
        add_all(b.apply("getitem", shadow, index), g, b)
    else:
        b.effect("accumulate_at", shadow, index, g)


def add_all(shadow: Value, g: Atom, b: Builder) -> None:
    """Add a list to a list item by item."""
    index = Value("k", Const(0).type)
    body = Block([index])
    inner = b.at(body)
    add_to_item(shadow, index, inner.apply("getitem", g, index), inner)
    inner.append(Yield([]))
    b.append(For([], body, [], Const(0), b.apply("len", g), Const(1)))


def total(old: Atom, g: Atom, kind: Type, b: Builder, name: str | None = None) -> Value:
    """The sum of two adjoints of numbers, arrays or tuples of them; what recursion saved has unknown items."""
    if isinstance(kind, TupleType):
        return sum_of_tuples(old, g, kind, b)
    return b.apply("helper.total" if kind == TUPLE else "add", old, g, name=name)


def sum_of_tuples(old: Atom, g: Atom, kind: TupleType, b: Builder) -> Value:
    items = []
    for k, item in enumerate(kind.items):
        left, right = b.apply("getitem", old, k), b.apply("getitem", g, k)
        if isinstance(item, ListType):
            add_all(left, right, b)
            items.append(left)
        else:
            items.append(total(left, right, item, b))
    return b.apply("tuple", *items)
