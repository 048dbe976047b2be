"""The truth of a list is asked once: on the way back, the list may be another one.

Before::                                After::

    if stack:                               w0 = bool(stack)
        v = pop(stack)                      if w0:
        ...                                     v = pop(stack)
                                                ...
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Block, Function, If, Op, Value, plain_branch, walk
from s2sad.ir.types import BOOL, UNKNOWN, ListType, Type
from s2sad.rules.row import Table

_COMPARISONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "is", "is_not", "not"})


def run(function: Function, table: Table) -> None:
    """Rewrite the branches on what may be a list, in place."""
    compared = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim in _COMPARISONS}
    for block in [function.block, *(inner for op in walk(function.block) for inner in op.blocks())]:
        _block(block, compared)


def _block(block: Block, compared: set[Value]) -> None:
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, If) and plain_branch(op) and isinstance(op.cond, Value) and op.cond not in compared \
                and _may_be_list(op.cond.type):
            truth = Value(None, BOOL)
            ops.append(Apply("bool", [op.cond], [truth], loc=op.loc))
            op.cond = truth
        ops.append(op)
    block.ops = ops


def _may_be_list(kind: Type) -> bool:
    return kind == UNKNOWN or isinstance(kind, ListType)
