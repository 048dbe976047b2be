"""Containers as expressions: ``{"a": x}``, ``p.k``, ``p._replace(k=x)``, ``Point(x=1.0, y=y)``."""

from __future__ import annotations

from collections.abc import Callable

import gast

from s2sad.backend import nodes
from s2sad.backend.context import Context
from s2sad.backend.nodes import Node
from s2sad.ir.trace import Apply, Atom
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

    return {"dict": display, "attribute": attribute, "namedtuple.replace": replaced, "helper.like": like,
            "construct": construct}
