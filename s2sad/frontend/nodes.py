"""Nodes that stand for what the user wrote in another form: each has the place of what it comes from."""

from __future__ import annotations

from typing import Any

import gast


def placed(node: Any, at: Any) -> Any:
    """A new node at the place of another."""
    return gast.copy_location(node, at)


def written(node: Any, text: str) -> Any:
    """A statement that is not in the source, with its text."""
    node.written = text
    return node


def load(name: str, at: Any) -> Any:
    return placed(gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None), at)


def flag(name: str, at: Any) -> Any:
    """A name that only what is written out sets: where its value is known, so is what it decides."""
    node = load(name, at)
    node.flag = True
    return node


def constant(value: object, at: Any) -> Any:
    return placed(gast.Constant(value=value, kind=None), at)


def negated(test: Any, at: Any) -> Any:
    return placed(gast.UnaryOp(op=gast.Not(), operand=test), at)


def integer(number: int, at: Any) -> Any:
    """A literal integer as the parser has it."""
    literal = constant(abs(number), at)
    return literal if number >= 0 else placed(gast.UnaryOp(op=gast.USub(), operand=literal), at)


def compared(left: Any, relation: Any, right: Any, at: Any) -> Any:
    return placed(gast.Compare(left=left, ops=[relation], comparators=[right]), at)


def primitive(key: str, args: list[Any], at: Any) -> Any:
    """A call of a primitive, whatever its name means to the user."""
    name = load(key, at)
    name.primitive = key
    return placed(gast.Call(func=name, args=args, keywords=[]), at)


def assignment(name: str, value: Any, at: Any, text: str | None = None) -> Any:
    target = placed(gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None), at)
    node = placed(gast.Assign(targets=[target], value=value, type_comment=None), at)
    return node if text is None else written(node, text)


def branch(test: Any, body: list[Any], orelse: list[Any], at: Any, text: str) -> Any:
    return written(placed(gast.If(test=test, body=body, orelse=orelse), at), text)
