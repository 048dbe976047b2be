"""Lists: what makes, changes and orders them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.trace import Atom
from s2sad.ir.types import BOOL, INT, UNKNOWN, ListType, Num, TupleType, Type, join
from s2sad.rules.declare import nondifferentiable, rows, structural
from s2sad.rules.raising import always, misses
from s2sad.rules.type_shapes import list_item_type
from s2sad.rules.types import fixed

ORDER = '''
def _order(x, reverse):
    """The positions of the items of x in ascending (or descending) order; equal ones stay as they were."""
    return sorted(range(len(x)), key=x.__getitem__, reverse=reverse)
'''.lstrip()

PLACES = '''
def _places(n, part):
    """The positions that a slice of n items takes."""
    return range(*part.indices(n))
'''.lstrip()

LEAST = '''
def _least(x):
    """The position of the least item of x, the first of equals."""
    return min(range(len(x)), key=x.__getitem__)
'''.lstrip()

GREATEST = '''
def _greatest(x):
    """The position of the greatest item of x, the first of equals."""
    return max(range(len(x)), key=x.__getitem__)
'''.lstrip()


def items_type(t: Type) -> ListType:
    """A list of the items of a sequence."""
    if isinstance(t, ListType):
        return t
    if isinstance(t, TupleType):
        item: Type = t.items[0] if t.items else UNKNOWN
        for other in t.items[1:]:
            item = join(item, other)
        return ListType(item, len(t.items))
    if isinstance(t, Num) and t.shape:
        length = t.shape[0]
        return ListType(Num(t.kind, t.dtype, t.shape[1:]), length if isinstance(length, int) else None)
    return ListType(Num(t.kind, t.dtype, None) if isinstance(t, Num) else UNKNOWN)


def _list_of_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [items_type(args[0].type)]


def _tuple_of_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """A tuple of unknown length is typed as a list: neither is ever changed where that would show."""
    if isinstance(args[0].type, TupleType):
        return [args[0].type]
    known = items_type(args[0].type)
    return [known if known.length is None else TupleType((known.item,) * known.length)]


def _nothing(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return []


def _order_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [ListType(INT, items_type(args[0].type).length)]


LISTS = rows(
    structural("l = list_of(x)", types=_list_of_type),
    structural("t = tuple_of(x)", types=_tuple_of_type),
    structural("v = pop_at(l, index)", types=list_item_type, mutates="l", fresh=False, raises=misses),
    structural("insert(l, index, v)", types=_nothing, mutates="l"),
    structural("delitem(l, index)", types=_nothing, mutates="l", raises=misses),
    structural("reverse(l)", types=_nothing, mutates="l"),
    structural("sort(x, axis=-1, kind=None)", types=_nothing, mutates="x"),
    nondifferentiable("k = index_of(l, v)", types=fixed(INT), raises=always),
    nondifferentiable("k = count_of(l, v)", types=fixed(INT)),
    nondifferentiable("b = any(x)", types=fixed(BOOL)),
    nondifferentiable("b = all(x)", types=fixed(BOOL)),
    nondifferentiable("p = helper.order(x, reverse)", types=_order_type, source=ORDER),
    nondifferentiable("p = helper.places(n, part)", types=fixed(ListType(INT)), source=PLACES),
    nondifferentiable("k = helper.least(x)", types=fixed(INT), source=LEAST, raises=always),
    nondifferentiable("k = helper.greatest(x)", types=fixed(INT), source=GREATEST, raises=always),
)

