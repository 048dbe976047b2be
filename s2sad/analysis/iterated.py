"""Refuses lists that change their length while a loop runs over them.

Python looks at the length before each iteration, a trace only once::

    for v in xs:                    w0 = len(xs)
        ys.append(v)                for k in range(0, w0, 1): …       refused where ys may be xs
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s2sad.errors import UnsupportedError
from s2sad.ir.trace import Apply, Atom, For, Op, Value
from s2sad.ir.types import SLICE, ListType

if TYPE_CHECKING:
    from s2sad.analysis.buffers import Buffers

# The attribute of a `len` that the head of a loop over a sequence asked for.
MARK = "_iterated"
RESIZING = frozenset({"append", "insert", "pop", "pop_at", "delitem"})


def refuse_changed_while_iterated(buffers: Buffers) -> None:
    """Compare what loops run over with what is stored into inside them."""
    for root, stores in buffers.stores.items():
        if not isinstance(root.type, ListType):
            continue
        for op in stores:
            if not _resizes(op):
                continue
            for loop in buffers.loops[op]:
                if isinstance(loop, For) and any(_same(buffers, v, root) for v in _iterated(buffers, loop)):
                    raise UnsupportedError("a list changes its length while a loop runs over it", loc=op.loc,
                                           function=buffers.function.name,
                                           hint="loop over `range(n)`, or build another list")


def _resizes(op: Op) -> bool:
    if not isinstance(op, Apply):
        return True
    return op.prim in RESIZING or (op.prim == "setitem" and op.args[1].type == SLICE)


def _same(buffers: Buffers, value: Value, root: Value) -> bool:
    return buffers.aliases.of(value) is buffers.aliases.find(root)


def _iterated(buffers: Buffers, loop: For) -> list[Value]:
    """What the lengths in the range of a loop are lengths of."""
    found: list[Value] = []
    pending: list[Atom] = [loop.start, loop.stop]
    while pending:
        atom = pending.pop()
        op = buffers.definition.get(atom) if isinstance(atom, Value) else None
        if not isinstance(op, Apply):
            continue
        if op.prim == "len" and MARK in op.attrs:
            found += [a for a in op.args if isinstance(a, Value)]
        elif op.prim in ("min", "add", "sub"):
            pending += op.args
    return found
