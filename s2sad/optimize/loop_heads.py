"""The heads of loops, as a person would write them.

Before::                                After::

    for i in range(n - 1, -1, -1):          for _ in range(n):        where i is not used
    for i in range(m, 0 - 1, -1):           for i in range(m, -1, -1):
"""

from __future__ import annotations

from s2sad.ir.rewrite import uses
from s2sad.ir.trace import Apply, Atom, Const, For, Function, Value, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Simplify the ranges of loops in derivative code, in place."""
    made = {op.result: op for op in walk(function.block) if isinstance(op, Apply) and len(op.results) == 1}
    for op in walk(function.block):
        if isinstance(op, For) and op.origin == "adjoint":
            count = _iterations(op, made)
            if count is not None and uses(op.body)[op.index] == 0:
                op.start, op.stop, op.step = Const(0), count, Const(1)


def _iterations(op: For, made: dict[Value, Apply]) -> Atom | None:
    """n in ``range(n - 1, -1, -1)``."""
    start = made.get(op.start) if isinstance(op.start, Value) else None
    if start is None or op.stop != Const(-1) or op.step != Const(-1):
        return None
    return start.args[0] if start.prim == "sub" and start.args[1] == Const(1) else None
