"""Merges two branches on one condition, so that a branch and its reverse become one.

Before::                              After::

    if c:                                 if c:
        w0 = math.sin(x)                      w0 = math.sin(x)
        yield w0                              w2 = mul(w0, g)
    else:                                     yield w0, w2
        yield x                           else:
    -> y                                      w3 = mul(x, g)
    if c:                                     yield x, w3
        w2 = mul(y, g)                    -> y, z
        yield w2
    else:
        w3 = mul(y, g)
        yield w3
    -> z

The second branch must be of derivative code (the user's own branches stay as written).  What lies between
them must be pure; it moves before the first where it does not need its results, else after the second
where the second does not need it.
"""

from __future__ import annotations

from s2sad.analysis.memory import Memory, pure
from s2sad.ir.rewrite import Mapping, substitute
from s2sad.ir.trace import Block, Function, If, Op, Value, Yield, plain_branch, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Fuse in place, outermost branches first."""
    _block(function.block, Memory(function, table), table)


def _block(block: Block, memory: Memory, table: Table) -> None:
    position = 0
    while position < len(block.ops):
        op = block.ops[position]
        if plain_branch(op):
            while (fused := _fuse_next(block.ops, position, memory, table)) is not None:
                position = fused
        position += 1
    for op in block.ops:
        for inner in op.blocks():
            _block(inner, memory, table)


def _fuse_next(ops: list[Op], position: int, memory: Memory, table: Table) -> int | None:
    """Fuse the branch at `position` with the next on its condition; its new position, or None."""
    first = ops[position]
    assert isinstance(first, If)
    stored = memory.stores([first])
    dependent: set[Value] = set(first.results)
    early: list[Op] = []
    late: list[Op] = []
    for at in range(position + 1, len(ops)):
        op = ops[at]
        if plain_branch(op) and isinstance(op, If) and op.cond is first.cond and isinstance(op.cond, Value):
            if op.origin == "primal" or _reads(op, late):
                return None
            if late and memory.stores([op]) & _touched(late, memory):
                return None
            _concatenate(first, op)
            ops[position:at + 1] = [*early, first, *late]
            return position + len(early)
        if not pure(op, table):
            return None
        operands = [a for a in op.operands() if isinstance(a, Value)]
        if any(a in dependent for a in operands):
            dependent.update(op.defined())
            late.append(op)
        elif stored and any(memory.find(a) in stored for a in operands):
            return None
        else:
            early.append(op)
    return None


def _reads(op: If, late: list[Op]) -> bool:
    """Whether a branch reads anything that `late` operations define."""
    defined = {v for other in late for v in other.defined()}
    return any(a in defined for inner in walk(Block([], [op])) for a in inner.operands() if isinstance(a, Value))


def _touched(ops: list[Op], memory: Memory) -> set[Value]:
    return {memory.find(a) for op in ops for a in op.operands() if isinstance(a, Value)}


def _concatenate(first: If, second: If) -> None:
    """Append each block of `second` to the same block of `first`."""
    for head, tail in zip(first.blocks(), second.blocks()):
        if not isinstance(head.ops[-1], Yield):
            continue  # the branch has left already
        last = head.ops.pop()
        mapping: Mapping = dict(zip(first.results, last.operands()))
        substitute(tail, mapping)
        head.ops += tail.ops
        if isinstance(head.ops[-1], Yield):
            head.ops[-1].values = [*last.operands(), *head.ops[-1].values]
    first.results = [*first.results, *second.results]
