"""Copies of what nothing refers to afterwards become new names.

Before::                                          After::

    for i in ... carrying a_bar = w0, b_bar = w1:     for i in ... carrying a_bar = w0, b_bar = w1:
        a_bar.1 = np.copy(b_bar)                          a_bar.1, b_bar.1 = exchange(b_bar, a_bar)
        b_bar.1 = np.copy(a_bar)                          ...
        ...                                               yield a_bar.1, b_bar.1
        yield a_bar.1, b_bar.1

The transform copies what enters a shadow, for it may be a seed or somebody else's adjoint.  Memory that the sweep
allocated, and which every merge handed on (`analysis.moves`), is neither.
"""

from __future__ import annotations

from s2sad.analysis.moves import Moves
from s2sad.analysis.references import References
from s2sad.ir.trace import Apply, Block, Function, Op, Value, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Elide copies in derivative code, in place."""
    if not any(_is_copy(op) for op in walk(function.block)):
        return
    _Elider(function, table).block(function.block)


def _is_copy(op: Op) -> bool:
    return isinstance(op, Apply) and op.prim == "np.copy" and op.origin == "adjoint"


class _Elider:
    def __init__(self, function: Function, table: Table) -> None:
        self.refs = References(function, table)
        self.moves = Moves(self.refs)

    def block(self, block: Block) -> None:
        moved: dict[Apply, Value] = {}
        for op in block.ops:
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, Apply) and _is_copy(op):
                source = op.args[0]
                if isinstance(source, Value) and self.refs.viewed(source) is None and self.moves.moved(op, source) \
                        and self.moves.owned(source, before=op):
                    moved[op] = source
        if moved:
            self.exchange(block, moved)

    def exchange(self, block: Block, moved: dict[Apply, Value]) -> None:
        """Turn copies into names; those of one stretch of the block change at once."""
        ops: list[Op] = []
        group: Apply | None = None
        for op in block.ops:
            if not isinstance(op, Apply) or op not in moved:
                if not (isinstance(op, Apply) and op.prim in ("pop", "getitem")):
                    group = None
                ops.append(op)
            elif group is None:
                op.prim, op.args = "exchange", [moved[op]]
                group = op
                ops.append(op)
            else:
                group.args.append(moved[op])
                group.results.append(op.result)
        for changed in ops:
            if isinstance(changed, Apply) and changed.prim == "exchange" and len(changed.args) == 1:
                changed.prim = "assign"
        block.ops = ops
