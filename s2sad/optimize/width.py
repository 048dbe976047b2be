"""How wide an operation prints, roughly, given the widths of its operands."""

from __future__ import annotations

from s2sad.ir.signature import REQUIRED
from s2sad.ir.trace import Apply, Atom, Call, Const, If, Op, Value
from s2sad.rules.row import Table

_BINARY = {
    "add": 3, "sub": 3, "mul": 3, "truediv": 3, "floordiv": 4, "mod": 3, "pow": 4, "matmul": 3, "lt": 3, "le": 4,
    "gt": 3, "ge": 4, "eq": 4, "ne": 4, "is": 4, "is_not": 8, "in": 4, "not_in": 8, "concat": 3, "repeat": 3,
    "bitand": 3, "bitor": 3, "bitxor": 3, "lshift": 4, "rshift": 4,
}
_UNARY = {"neg": 1, "pos": 1, "invert": 1, "not": 4}
_TEMPORARY = 3


def atom_width(atom: Atom) -> int:
    """The width of a variable or literal."""
    if isinstance(atom, Value):
        return len(atom.name) if atom.name is not None else _TEMPORARY
    return len(repr(atom.value)) if isinstance(atom, Const) else 0


def call_width(op: Op, widths: list[int], table: Table) -> int:
    """The width of an operation's expression; parentheses around operands are guessed."""
    total = sum(widths)
    if isinstance(op, If):
        return total + 11
    if isinstance(op, Call):
        return total + len(op.callee.rpartition(".")[2]) + 2 + 2 * max(len(widths) - 1, 0)
    if not isinstance(op, Apply):
        return total
    if op.prim in _BINARY:
        return total + _BINARY[op.prim]
    if op.prim in _UNARY:
        return total + _UNARY[op.prim]
    if op.prim in ("getitem", "setitem", "accumulate_at"):
        return total + 2 + 4 * (len(widths) - 2)
    if op.prim in ("constant", "global"):
        return len(str(op.attrs.get("name", "")))
    if op.prim in ("shape", "size", "ndim"):
        return total + len(op.prim) + 1
    signature = table.signature(op.prim) if op.prim in table else None
    arguments = list(signature.arguments) if signature is not None else []
    leading = len(widths) - len(arguments)
    shown = widths[:max(leading, 0)]
    for argument, atom, width in zip(arguments, op.args[max(leading, 0):], widths[max(leading, 0):]):
        if not (isinstance(atom, Const) and atom == Const(argument.default)):
            shown.append(width + (0 if argument.default is REQUIRED else len(argument.name) + 1))
    name = op.prim.removeprefix("math.").removeprefix("helper")
    return sum(shown) + len(name) + 2 + 2 * max(len(shown) - 1, 0)
