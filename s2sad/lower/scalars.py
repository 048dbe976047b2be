"""Copies of numbers are the numbers; what follows from that is typed anew.

Before::                            After::

    w0 = getitem(A_bar, i)              w0 = getitem(A_bar, i)
    w1 = np.copy(w0)                    w2 = mul(w0, x)
    w2 = mul(w1, x)

The transforms copy what they take from memory.  `np.copy` of a number would be an array without axes, whose type says
nothing; a number is never stored into.
"""

from __future__ import annotations

from s2sad.ir.rewrite import Mapping, substitute_op
from s2sad.ir.trace import Apply, Block, Function, If, Loop, Op, While, Yield, loop_ends
from s2sad.ir.types import UNKNOWN, Num, Type, join
from s2sad.rules.row import Table

_COPIES = ("np.copy", "copy", "own", "np.asarray", "assign")


def run(function: Function, table: Table) -> None:
    """Rewrite a function, in place."""
    _Scalars(table).block(function.block)


class _Scalars:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.mapping: Mapping = {}

    def block(self, block: Block) -> None:
        ops: list[Op] = []
        for op in block.ops:
            substitute_op(op, self.mapping)
            if isinstance(op, Apply) and op.prim in _COPIES and _number(op.args[0].type):
                self.mapping[op.result] = op.args[0]
                continue
            if isinstance(op, Apply) and op.prim in self.table and any(_open(v.type) for v in op.results):
                for value, found in zip(op.results, self.table.infer(op.prim, op.args, op.attrs)):
                    value.type = found
            if isinstance(op, Loop):
                self.enter(op)
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, (If, Loop)):
                self.leave(op)
            ops.append(op)
        block.ops = ops

    def enter(self, op: Loop) -> None:
        heads = op.cond.params if isinstance(op, While) else op.carried
        for param, head, init in zip(op.carried, heads, op.inits):
            if _open(param.type):
                param.type = head.type = init.type

    def leave(self, op: If | Loop) -> None:
        ends = loop_ends(op) if isinstance(op, Loop) else [b.ops[-1] for b in op.blocks()]
        for k, result in enumerate(op.results):
            if _open(result.type):
                found = [e.operands()[k].type for e in ends if isinstance(op, Loop) or isinstance(e, Yield)]
                found += [op.inits[k].type] if isinstance(op, Loop) else []
                known = [t for t in found if t != UNKNOWN]
                for kind in known:
                    result.type = kind if kind is known[0] else join(result.type, kind)


def _number(kind: Type) -> bool:
    return isinstance(kind, Num) and kind.is_scalar


def _open(kind: Type) -> bool:
    """Whether a type leaves the rank or the kind open."""
    return kind == UNKNOWN or (isinstance(kind, Num) and (kind.shape is None or kind.kind is None))


