"""Adjoints add up where they stand, in arrays that nothing else refers to.

Before::                                    After::

    x_bar = mul(y_bar, y)                       x_bar = mul(y_bar, y)
    x_bar.1 = add(x_bar, w)                     iadd(x_bar, w)
    return x_bar.1                              return x_bar

That holds in loops and branches too, where each merge hands the array on.
"""

from __future__ import annotations

from s2sad.analysis.inplace import Sole
from s2sad.ir.rewrite import Mapping, substitute
from s2sad.ir.trace import Apply, Block, Function, Op, Value, walk
from s2sad.ir.types import Num
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Rewrite such sums, in place; all are decided before any is rewritten."""
    sums = [op for op in walk(function.block) if _is_sum(op)]
    if not sums:
        return
    sole = Sole(function, table)
    # A view may be one that cannot be written to: what np.broadcast_to makes.
    chosen = {op for op in sums if isinstance(op, Apply) and sole.of(op) and sole.refs.viewed(_array(op)) is None}
    mapping: Mapping = {}
    _rewrite(function.block, chosen, mapping)
    substitute(function.block, mapping)


def _is_sum(op: Op) -> bool:
    """Whether an adjoint array is added to, of a shape and a dtype that do not change by that."""
    if not isinstance(op, Apply) or op.prim != "add" or op.origin != "adjoint":
        return False
    a, kind = op.args[0], op.result.type
    if not isinstance(a, Value) or a.name is None or a.name != op.result.name or a.type != kind:
        return False
    return isinstance(kind, Num) and kind.dtype is not None and kind.is_array and None not in (kind.shape or ())


def _rewrite(block: Block, chosen: set[Apply], mapping: Mapping) -> None:
    for k, op in enumerate(block.ops):
        for inner in op.blocks():
            _rewrite(inner, chosen, mapping)
        if isinstance(op, Apply) and op in chosen:
            mapping[op.result] = op.args[0]
            block.ops[k] = Apply("iadd", list(op.args), [], loc=op.loc, origin=op.origin)


def _array(op: Apply) -> Value:
    array = op.args[0]
    assert isinstance(array, Value)
    return array
