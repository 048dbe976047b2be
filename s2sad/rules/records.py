"""Dicts, named tuples and objects: what the front end emits for them, and what stands in derivatives.

`transform/records` takes them out of a function before it is differentiated, and puts containers together again at its
ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import UNKNOWN, ListType, RecordType, TupleType, Type
from s2sad.rules.declare import rows, structural

LIKE = '''
def _like(x, /, **fields):
    """An object of the class of x with these fields; its __init__ does not run."""
    result = object.__new__(type(x))
    for name, value in fields.items():
        object.__setattr__(result, name, value)
    return result
'''.lstrip()


def _nothing(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return []


def _unknown(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [UNKNOWN]


def _field(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    kind = args[0].type
    if isinstance(kind, RecordType) and attrs.get("name") in kind.keys:
        return [kind.items[kind.keys.index(attrs["name"])]]
    return [UNKNOWN]


def _display(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    keys = [k.value for k in args[::2] if isinstance(k, Const)]
    if len(keys) != len(args[::2]) or Ellipsis in keys:
        return [UNKNOWN]
    return [RecordType("dict", "dict", tuple(keys), tuple(a.type for a in args[1::2]))]


def _constructed(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    cls = attrs["class"]
    return [RecordType(cls.kind, cls.name, cls.fields, tuple(a.type for a in args))]


def _like_first(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [args[0].type]


def _column_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    kind = args[0].type
    item = kind.item if isinstance(kind, ListType) else UNKNOWN
    for _, key in attrs["way"]:
        if isinstance(item, RecordType):
            item = item.items[item.keys.index(key)]
        elif isinstance(item, TupleType):
            item = item.items[key]
    return [ListType(item)]


def _rows_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    columns = iter([a.type.item if isinstance(a.type, ListType) else UNKNOWN for a in args[1:]])

    def built(tree: Any) -> Type:
        kind, keys, inner = tree
        if kind == "leaf":
            return next(columns)
        items = tuple(map(built, inner))
        return TupleType(items) if kind == "tuple" else RecordType(kind, kind, keys, items)

    return [ListType(built(attrs["tree"]))]


RECORDS = rows(
    # Keys and values in turn; the key ... stands for `**`.
    structural("d = dict(*items)", types=_display),
    # An object of the class attrs["class"] (a RecordClass), from all its fields.
    structural("r = construct(*fields)", types=_constructed),
    structural("v = attribute(x)", types=_field, view_of="x", fresh=False),
    # A call of a method of something that may be an object: its arguments are left out, for it is refused if it stays.
    structural("v = method(x)", types=_unknown, fresh=False),
    structural("set_attribute(x, value)", types=_nothing, mutates="x"),
    structural("v = dict.get(d, key, default=None)", types=_unknown, view_of="d", fresh=False),
    structural("v = dict.items(d)", types=_unknown, view_of="d", fresh=False),
    structural("v = dict.keys(d)", types=_unknown, view_of="d", fresh=False),
    structural("v = dict.values(d)", types=_unknown, view_of="d", fresh=False),
    structural("dict.update(d, other)", types=_nothing, mutates="d"),
    structural("v = dict.pop(d, key)", types=_unknown, mutates="d", fresh=False),
    structural("v = dict.setdefault(d, key, default=None)", types=_unknown, mutates="d", fresh=False),
    structural("v = namedtuple.asdict(x)", types=_unknown, view_of="x", fresh=False),
    # The first operand with the fields attrs["names"] replaced; `like` does not run the class's __init__.
    # A list of the leaves of the items of a list, each reached by attrs["way"]; and the items from such columns: the
    # first operand is the list that they are like, attrs["tree"] their structure.
    structural("c = column(x)", types=_column_type),
    structural("l = rows(*columns)", types=_rows_type),
    structural("r = namedtuple.replace(*items)", types=_like_first),
    structural("r = dataclasses.replace(*items)", types=_like_first),
    structural("r = helper.like(*items)", types=_like_first, source=LIKE),
)
