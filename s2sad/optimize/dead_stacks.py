"""Drops what is saved and never looked at when it is taken back.

Before::                                After::

    saved = list()                          for i in range(0, n, 1):
    for i in range(0, n, 1):                    w0 = mul(row, row)
        w0 = mul(row, row)                      ...
        append(saved, w0)                   for i in range(0, n, 1):
        ...                                     ...
    for i in range(0, n, 1):
        w1 = pop(saved)
        ...

What is not read is not seen by `dce`, because what is saved may be read elsewhere.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Block, Function, Op, Value, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Remove such lists, in place."""
    stacks = {op.result for op in walk(function.block)
              if isinstance(op, Apply) and op.prim == "list" and not op.args and op.origin != "primal"}
    read: set[Value] = set()
    taken: dict[Value, Value] = {}
    for op in walk(function.block):
        pushed = isinstance(op, Apply) and op.prim == "append"
        popped = isinstance(op, Apply) and op.prim == "pop" and len(op.args) == 1
        for k, atom in enumerate(op.operands()):
            if isinstance(atom, Value) and atom in stacks and not (k == 0 and (pushed or popped)):
                read.add(atom)
            elif isinstance(atom, Value) and atom in taken:
                read.add(taken[atom])
        if isinstance(op, Apply) and popped and isinstance(op.args[0], Value):
            taken[op.result] = op.args[0]
    dead = {stack for stack in stacks - read if stack in taken.values()}
    if dead:
        _sweep(function.block, dead)


def _sweep(block: Block, dead: set[Value]) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _sweep(inner, dead)
        if not any(atom in dead for atom in [*op.operands(), *op.defined()]):
            ops.append(op)
    block.ops = ops
