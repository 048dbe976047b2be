"""Short constructors of gast nodes, and comments as a node of our own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import gast

Node = Any

MARK = "\x00comment "
ABOVE, BEHIND, COLUMN = range(3)

BINARY = {
    "add": gast.Add, "sub": gast.Sub, "mul": gast.Mult, "truediv": gast.Div, "floordiv": gast.FloorDiv,
    "mod": gast.Mod, "pow": gast.Pow, "matmul": gast.MatMult, "bitand": gast.BitAnd, "bitor": gast.BitOr,
    "bitxor": gast.BitXor, "lshift": gast.LShift, "rshift": gast.RShift,
    "concat": gast.Add, "repeat": gast.Mult,
}
COMPARE = {
    "lt": gast.Lt, "le": gast.LtE, "gt": gast.Gt, "ge": gast.GtE, "eq": gast.Eq, "ne": gast.NotEq,
    "is": gast.Is, "is_not": gast.IsNot, "in": gast.In, "not_in": gast.NotIn,
}
UNARY = {"neg": gast.USub, "pos": gast.UAdd, "invert": gast.Invert, "not": gast.Not}


def load(name: str) -> Node:
    return gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)


def store(name: str) -> Node:
    return gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)


def dotted(name: str) -> Node:
    """``np.linalg.norm`` as attribute accesses."""
    root, *attributes = name.split(".")
    node = load(root)
    for attribute in attributes:
        node = gast.Attribute(value=node, attr=attribute, ctx=gast.Load())
    return node


def attribute(value: Node, name: str) -> Node:
    return gast.Attribute(value=value, attr=name, ctx=gast.Load())


def call(function: Node, args: Sequence[Node], keywords: Sequence[tuple[str, Node]] = ()) -> Node:
    return gast.Call(func=function, args=list(args), keywords=[gast.keyword(arg=k, value=v) for k, v in keywords])


def binary(prim: str, left: Node, right: Node) -> Node:
    return gast.BinOp(left=left, op=BINARY[prim](), right=right)


def unary(prim: str, operand: Node) -> Node:
    return gast.UnaryOp(op=UNARY[prim](), operand=operand)


def compare(prim: str, left: Node, right: Node) -> Node:
    return gast.Compare(left=left, ops=[COMPARE[prim]()], comparators=[right])


def sequence(items: Sequence[Node], ctx: type = gast.Load) -> Node:
    return gast.Tuple(elts=list(items), ctx=ctx())


def subscript(value: Node, index: Node, ctx: type = gast.Load) -> Node:
    return gast.Subscript(value=value, slice=index, ctx=ctx())


def literal(value: object) -> Node:
    """A Python literal; negative numbers are a unary minus, as the parser has them."""
    if isinstance(value, tuple):
        return sequence([literal(item) for item in value])
    if isinstance(value, bool) or value is None or value is Ellipsis or isinstance(value, (str, bytes)):
        return gast.Constant(value=value, kind=None)
    if isinstance(value, complex):
        return _complex(complex(value))
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, int):
        number = int(value)
        node = gast.Constant(value=abs(number), kind=None)
        return unary("neg", node) if number < 0 else node
    raise TypeError(f"{value!r} has no literal")


def _float(value: float) -> Node:
    if not math.isfinite(value):
        return call(load("float"), [gast.Constant(value=repr(value), kind=None)])
    node = gast.Constant(value=abs(value), kind=None)
    return unary("neg", node) if math.copysign(1.0, value) < 0 else node


def _complex(value: complex) -> Node:
    plain = math.isfinite(value.real) and math.isfinite(value.imag)
    if not plain or (math.copysign(1.0, value.imag) < 0 and value.imag == 0) or math.copysign(1.0, value.real) < 0:
        return call(load("complex"), [_float(value.real), _float(value.imag)])
    imaginary = gast.Constant(value=complex(0.0, abs(value.imag)), kind=None)
    if value.real == 0 and value.imag >= 0:
        return imaginary
    return binary("sub" if value.imag < 0 else "add", _float(value.real), imaginary)


def assign(targets: Sequence[Node], value: Node) -> Node:
    return gast.Assign(targets=list(targets), value=value, type_comment=None)


def augment(target: Node, prim: str, value: Node) -> Node:
    return gast.AugAssign(target=target, op=BINARY[prim](), value=value)


def expression(value: Node) -> Node:
    return gast.Expr(value=value)


def branch(test: Node, body: list[Node], orelse: list[Node]) -> Node:
    return gast.If(test=test, body=body, orelse=orelse)


def comment(text: str, place: int = ABOVE) -> Node:
    """A statement that the writer prints as a comment, above the next statement or behind it if it fits there.

    Comments in a COLUMN start below each other even where lines without one stand between.
    """
    return gast.Expr(value=gast.Constant(value=f"{MARK}{place} {text}", kind=None))


def is_comment(statement: Node) -> bool:
    return (isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Constant)
            and isinstance(statement.value.value, str) and statement.value.value.startswith(MARK))


def mark(statement: Node, origin: tuple[int, str] | None) -> Node:
    """Note which primal line (its number and text) a derivative statement belongs to."""
    statement.primal_line = origin
    return statement


def line_of(statement: Node) -> tuple[int, str] | None:
    origin: tuple[int, str] | None = getattr(statement, "primal_line", None)
    return origin


def negated(test: Node) -> Node:
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    return unary("not", test)


def inner_lists(statement: Node) -> list[list[Node]]:
    """The statement lists inside a compound statement."""
    lists = [getattr(statement, field, None) for field in ("body", "orelse", "finalbody")]
    return [found for found in lists if isinstance(found, list)] + [h.body for h in getattr(statement, "handlers", ())]


def calls(node: Node, name: str) -> bool:
    """Whether a node is a call of a function of this name."""
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == name


def jumps(statements: list[Node]) -> bool:
    """Whether a statement list never reaches its end."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, gast.If):
        return jumps(last.body) and jumps(last.orelse)
    if isinstance(last, gast.With):
        return jumps(last.body)
    if isinstance(last, gast.Try):
        return jumps(last.body) and all(jumps(handler.body) for handler in last.handlers)
    return isinstance(last, (gast.Return, gast.Break, gast.Continue, gast.Raise))
