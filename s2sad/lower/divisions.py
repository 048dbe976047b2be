"""Python's numbers are not divided by zero; NumPy's are, and so is what Numba compiles for them.

Before::                            After, where the function divides NumPy's numbers, too::

    w0 = truediv(x, y)                  helper.require_divisor(y)
                                        w0 = truediv(x, y)

Numba has one rule for a whole function.  Only what the user wrote is tested: the derivative's own
divisions are as NumPy's.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Block, Const, Function, Op, walk
from s2sad.ir.types import Num
from s2sad.rules.row import Table

DIVISIONS = ("truediv", "floordiv", "mod")


def run(function: Function, table: Table) -> None:
    """Put the tests into a function, in place."""
    found = [op for op in walk(function.block) if isinstance(op, Apply) and op.prim in DIVISIONS]
    if any(not _of_python(op) for op in found):
        _guard(function.block)


def _guard(block: Block) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _guard(inner)
        if isinstance(op, Apply) and op.prim in DIVISIONS and _of_python(op):
            divisor = op.args[1]
            if not (isinstance(divisor, Const) and divisor.value):
                ops.append(Apply("helper.require_divisor", [divisor], [], loc=op.loc, origin=op.origin))
        ops.append(op)
    block.ops = ops


def _of_python(op: Apply) -> bool:
    kinds = [a.type for a in [*op.args, *op.results]]
    plain = all(isinstance(k, Num) and k.dtype is None and k.is_scalar for k in kinds)
    return plain and op.origin == "primal"
