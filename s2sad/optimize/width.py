"""How wide an operation prints, roughly, given the widths of its operands."""

from __future__ import annotations

from s2sad.ir.trace import Apply, Atom, Call, Const, If, Op, Value

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


def call_width(op: Op, widths: list[int]) -> int:
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
    defaults = sum(w for w, a in zip(widths, op.args) if isinstance(a, Const) and a.value is None)
    name = op.prim.removeprefix("math.").removeprefix("helper")
    return total - defaults + len(name) + 2 + 2 * max(len(widths) - 1, 0)
