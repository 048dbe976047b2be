"""Containers as expressions: ``{"a": x}``, ``p.k``, ``p._replace(k=x)``, ``Point(x=1.0, y=y)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2sad.backend import nodes
from s2sad.backend.context import Context
from s2sad.backend.nodes import Node
from s2sad.ir.trace import Apply, Atom, Const
from s2sad.ir.types import RecordClass

Print = Callable[[Atom], Node]


def printers(atom: Print, context: Context) -> dict[str, Callable[[Apply], Node]]:
    """How each operation on containers is written; `atom` prints an operand."""

    def display(op: Apply) -> Node:
        merged = [k for k in range(0, len(op.args), 2) if repr(op.args[k]) == "Ellipsis"]
        keys = [None if k in merged else atom(op.args[k]) for k in range(0, len(op.args), 2)]
        return gast.Dict(keys=keys, values=[atom(a) for a in op.args[1::2]])

    def attribute(op: Apply) -> Node:
        return nodes.attribute(atom(op.args[0]), str(op.attrs["name"]))

    def named(op: Apply) -> list[tuple[str, Node]]:
        return [(str(n), atom(a)) for n, a in zip(op.attrs["names"], op.args[1:])]

    def replaced(op: Apply) -> Node:
        return nodes.call(nodes.attribute(atom(op.args[0]), "_replace"), [], named(op))

    def like(op: Apply) -> Node:
        return nodes.call(nodes.load(context.target("helper.like")), [atom(op.args[0])], named(op))

    def construct(op: Apply) -> Node:
        cls: RecordClass = op.attrs["class"]
        keywords = [(n, atom(a)) for n, a in zip(cls.fields, op.args)]
        return nodes.call(nodes.load(context.imports.member(cls.module, cls.name)), [], keywords)

    def column(op: Apply) -> Node:
        """``[item["W"] for item in x]``."""
        return _comprehension(_reached(nodes.load("item"), op.attrs["way"]), nodes.store("item"), atom(op.args[0]))

    def rows(op: Apply) -> Node:
        """``[{"W": a, "b": b} for a, b in zip(W_bar, b_bar)]``."""
        like, *columns = op.args
        wanted = [k for k, c in enumerate(columns) if not isinstance(c, Const)]
        parts: list[Node] = [nodes.load(f"a{k}") if k in wanted else nodes.literal(None) for k in range(len(columns))]
        lists = [atom(columns[k]) for k in wanted]
        names = [f"a{k}" for k in wanted]
        if _objects(op.attrs["tree"]):
            lists, names = [atom(like), *lists], ["item", *names]
        made = _row(op.attrs["tree"], iter(parts), nodes.load("item"), context)
        if len(lists) == 1:
            return _comprehension(made, nodes.store(names[0]), lists[0])
        target = nodes.sequence([nodes.store(n) for n in names], gast.Store)
        strict = [("strict", nodes.literal(True))] if op.attrs.get("strict") else []
        return _comprehension(made, target, nodes.call(nodes.load(context.target("zip")), lists, strict))

    return {"dict": display, "attribute": attribute, "construct": construct, "namedtuple.replace": replaced,
            "helper.like": like, "column": column, "rows": rows}


def _comprehension(element: Node, target: Node, over: Node) -> Node:
    return gast.ListComp(elt=element, generators=[gast.comprehension(target=target, iter=over, ifs=[], is_async=0)])


def _reached(node: Node, way: tuple[tuple[str, object], ...]) -> Node:
    for step, key in way:
        node = nodes.subscript(node, nodes.literal(key)) if step == "item" else nodes.attribute(node, str(key))
    return node


def _objects(tree: Any) -> bool:
    """Whether something in an item needs an object that it is like."""
    kind, _, items = tree
    return kind in ("object", "namedtuple") or any(map(_objects, items))


def _row(tree: Any, parts: Iterator[Node], like: Node, context: Context) -> Node:
    """One item, from its leaves."""
    kind, keys, items = tree
    if kind == "leaf":
        return next(parts)
    step = "item" if kind in ("dict", "tuple") else "attribute"
    held = [_row(item, parts, _reached(like, ((step, key),)), context) for key, item in zip(keys, items)]
    if kind == "tuple":
        return nodes.sequence(held)
    if kind == "dict":
        return gast.Dict(keys=[nodes.literal(k) for k in keys], values=held)
    named = [(str(k), h) for k, h in zip(keys, held)]
    if kind == "namedtuple":
        return nodes.call(nodes.attribute(like, "_replace"), [], named)
    return nodes.call(nodes.load(context.target("helper.like")), [like], named)
