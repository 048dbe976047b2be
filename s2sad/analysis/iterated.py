"""Refuses lists that change their length while a loop runs over them.

Python looks at the length before each iteration, a trace only once::

    for v in xs:                    w0 = len(xs)
        ys.append(v)                for k in range(0, w0, 1): …       refused where ys may be xs

A list that was made after `xs` was bound is another one, whatever the next iteration of a loop around calls it.
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
                if isinstance(loop, For) and any(
                        _same(buffers, v, root) and not _newer(buffers, op, v) for v in _iterated(buffers, loop)):
                    raise UnsupportedError("a list changes its length while a loop runs over it", loc=op.loc,
                                           function=buffers.function.name,
                                           hint="loop over `range(n)`, or build another list")


def _resizes(op: Op) -> bool:
    if not isinstance(op, Apply):
        return True
    return op.prim in RESIZING or (op.prim == "setitem" and op.args[1].type == SLICE)


def _same(buffers: Buffers, value: Value, root: Value) -> bool:
    return buffers.aliases.of(value) is buffers.aliases.find(root)


def _newer(buffers: Buffers, store: Op, value: Value) -> bool:
    """Whether what is stored into was made where `value` was there already, or was not used before that."""
    if not isinstance(store, Apply):
        return False
    target = store.args[buffers.signature(store).mutates or 0]
    made = buffers.definition.get(target) if isinstance(target, Value) else None
    if not isinstance(target, Value) or not isinstance(made, Apply) or not buffers.signature(made).fresh \
            or buffers.viewed(target) is not None:
        return False
    if buffers.home[value] not in [block for _, block in buffers.path[made]]:
        return False
    bound = buffers.definition.get(value)
    if bound is None or buffers.order[bound] < buffers.order[made]:
        return True
    return buffers.home[value] is buffers.home[target] and \
        all(buffers.order[bound] < buffers.order[use] for use in buffers.uses[target])


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
