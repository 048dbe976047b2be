"""What only derivative code says becomes what a user would have written, before a derivative is differentiated again.

Before::                             After::

    accumulate_at(row_bar, k, g)         w0 = getitem(row_bar, k)
                                         w1 = add(w0, g, augmented)
                                         setitem(row_bar, k, w1)

where `row_bar` is a list: its items are numbers, and not memory that is added to.
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Block, Function, Op
from s2sad.ir.types import ListType
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Write out additions to the items of lists, in place."""
    _block(function.block, table)


def _block(block: Block, table: Table) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _block(inner, table)
        if isinstance(op, Apply) and op.prim == "accumulate_at" and isinstance(op.args[0].type, ListType):
            ops += _written_out(op, table)
        else:
            ops.append(op)
    block.ops = ops


def _written_out(op: Apply, table: Table) -> list[Op]:
    holder, index, addend = op.args
    b = Builder(Block(), table.infer, table.signature)
    b.loc, b.origin = op.loc, op.origin
    total = b.apply("add", b.apply("getitem", holder, index), addend, attrs={"augmented": True})
    b.effect("setitem", holder, index, total)
    return b.block.ops


def drop_headings(block: Block) -> None:
    """The sweeps of a derivative within a function are no sweeps of that function's derivative."""
    block.ops = [op for op in block.ops if not (isinstance(op, Apply) and op.prim == "comment")]
