"""Containers as trees: their types taken apart into leaves, and how each leaf is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from s2sad.ir.trace import Apply, Op, Value
from s2sad.ir.types import ListType, RecordType, TupleType, Type
from s2sad.transform.records.model import Template


@dataclass
class Tree:
    """A parameter or result: its `leaf` (a parameter's value, or a position in a flat tuple), or its items by key."""

    type: Type
    kind: str
    keys: tuple[object, ...] = ()
    items: list[Tree] = field(default_factory=list)
    leaf: Value | None = None
    name: str = ""

    def leaves(self) -> Iterator[Tree]:
        if self.kind == "leaf":
            yield self
        for item in self.items:
            yield from item.leaves()

    def like(self) -> bool:
        """Whether an object in here is needed to make one like it."""
        return self.kind in ("object", "namedtuple") or any(item.like() for item in self.items)


def has_record(kind: Type) -> bool:
    """Whether a type is, or holds, something that the transforms do not know."""
    if isinstance(kind, TupleType):
        return any(map(has_record, kind.items))
    return isinstance(kind, RecordType) or (isinstance(kind, ListType) and (splits(kind.item) or has_record(kind.item)))


def splits(item: Type) -> bool:
    """Whether a list of these is taken apart into a list for each leaf."""
    return isinstance(item, (RecordType, TupleType))


def has_columns(kind: Type) -> bool:
    if isinstance(kind, (TupleType, RecordType)):
        return any(map(has_columns, kind.items))
    return isinstance(kind, ListType) and (splits(kind.item) or has_columns(kind.item))


def described(kind: RecordType | TupleType) -> tuple[str, str, tuple[object, ...]]:
    """The kind, the name and the keys of a container."""
    if isinstance(kind, TupleType):
        return "tuple", "tuple", tuple(range(len(kind.items)))
    return kind.kind, kind.name, kind.keys


def reads_record(op: Op) -> bool:
    """Whether an operation reads a global variable that is a container."""
    kind = op.attrs.get("type") if isinstance(op, Apply) and op.prim == "global" else None
    return isinstance(kind, Type) and has_record(kind)


def ways(tree: Tree) -> list[tuple[tuple[str, object], ...]]:
    """How each leaf is reached from the container: a subscript or an attribute at each step."""
    if tree.kind == "leaf":
        return [()]
    step = "item" if tree.kind in ("dict", "tuple") else "attribute"
    return [((step, key), *way) for key, item in zip(tree.keys, tree.items) for way in ways(item)]


def shape_of(tree: Tree) -> tuple[object, ...]:
    """The structure of a tree, for `rows`: its kind, its keys and those of what it holds."""
    return (tree.kind, tree.keys, tuple(map(shape_of, tree.items)))


def has_objects(shape: tuple[object, ...]) -> bool:
    """Whether a structure is made of objects, which need others that they are like."""
    kind, _, items = shape
    return kind in ("object", "namedtuple") or any(map(has_objects, items))  # type: ignore[call-overload]


def tree_of(wanted: Template) -> Tree:
    """The tree of a structure; nothing is known of its leaves."""
    items = [Tree(Type(), "leaf") if inner is None else tree_of(inner) for inner in wanted.items]
    return Tree(Type(), wanted.kind, wanted.keys, items)


def type_of(wanted: Template) -> Type:
    """The type of a structure; nothing is known of its leaves."""
    items = tuple(Type() if inner is None else type_of(inner) for inner in wanted.items)
    return TupleType(items) if wanted.kind == "tuple" else RecordType(wanted.kind, wanted.name, wanted.keys, items)
