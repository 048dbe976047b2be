"""The results of one line come in the order in which they are returned.

Before::                                After::

    b_bar = add(sin(a), mul(2.0, b))        a_bar = mul(b, cos(a))
    a_bar = mul(b, cos(a))                  b_bar = add(sin(a), mul(2.0, b))
    return a_bar, b_bar                     return a_bar, b_bar

Only a straight piece at the end of the function is reordered, whose operations come from one primal line.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Function, Op, Return, Value
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Reorder the last statements of the function, in place."""
    ops = function.block.ops
    end = len(ops) - 1
    results = _results(ops, end)
    while end and _packs(ops[end - 1]):
        end -= 1
    begin = end
    while begin and _movable(ops[begin - 1], table) and _line(ops[begin - 1]) == _line(ops[end - 1]):
        begin -= 1
    piece = ops[begin:end]
    made = {value: op for op in piece for value in op.defined()}
    order: dict[Op, None] = {}

    def place(op: Op) -> None:
        for atom in op.operands():
            if isinstance(atom, Value) and atom in made and made[atom] not in order:
                place(made[atom])
        order[op] = None

    for value in results:
        if value in made and made[value] not in order:
            place(made[value])
    for op in piece:
        if op not in order:
            place(op)
    ops[begin:end] = list(order)


def _results(ops: list[Op], end: int) -> list[Value]:
    """The returned values, tuples taken apart."""
    last = ops[end]
    assert isinstance(last, Return)
    packed = {op.result: op for op in ops if isinstance(op, Apply) and op.prim == "tuple"}
    found: list[Value] = []
    pending = list(last.values)
    while pending:
        atom = pending.pop(0)
        if isinstance(atom, Value):
            if atom in packed:
                pending = [*packed[atom].args, *pending]
            else:
                found.append(atom)
    return found


def _line(op: Op) -> tuple[int, str]:
    return (op.loc.line, op.loc.text) if op.loc else (0, "")


def _packs(op: Op) -> bool:
    return isinstance(op, Apply) and op.prim == "tuple"


def _movable(op: Op, table: Table) -> bool:
    if not isinstance(op, Apply) or op.origin == "primal" or op.prim in ("getitem", "pop", "pop_at"):
        return False
    signature = table.signature(op.prim)
    return signature.pure and signature.view_of is None
