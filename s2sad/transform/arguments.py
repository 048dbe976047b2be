"""The guard in front of functions that store into their arguments.

A store into one array must not be one into another, for their adjoints lie apart.  Before::

    def f_grad(A, b):
        A[0] = b[1]

After::

    def f_grad(A, b):
        _require_apart(("A", "b"), A, b)
        A[0] = b[1]
"""

from __future__ import annotations

from s2sad.analysis.aliases import is_reference
from s2sad.ir.trace import Apply, Const, Function, Op, Value
from s2sad.ir.types import UNKNOWN, ListType


def apart(function: Function, written: list[Value], seeds: Value | None = None) -> list[Op]:
    """Checks that no written argument shares memory with another one; pairs of written ones are checked once.

    Nor with the seeds, which are read when it has been written."""
    guards: list[Op] = []
    for k, value in enumerate(written):
        others = [v for v in function.values if v is not value and is_reference(v.type) and v not in written[:k]]
        listed = isinstance(value.type, ListType)
        if listed:
            others = [v for v in others if v.type == UNKNOWN or isinstance(v.type, ListType)]
        elif seeds is not None:
            others.append(seeds)
        if others:
            names = Const(tuple(v.name for v in [value, *others]))
            check = "helper.require_other" if listed else "helper.require_apart"
            guards.append(Apply(check, [names, value, *others], origin="guard"))
    return guards
