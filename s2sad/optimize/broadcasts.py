"""Drops `np.broadcast_to` where the next operation broadcasts by itself.

The adjoint of ``np.sum(x * x)`` with the seed 1.0, before::

    w0 = shape(x)
    w1 = np.broadcast_to(1.0, w0)         After::
    w2 = mul(w1, 2.0)                         x_bar = mul(2.0, x)
    x_bar = mul(w2, x)

A scalar factor moves inside the broadcast; a factor that provably has the broadcast's shape makes it
superfluous.  Shapes are equal when both types say so, or when both come from one value through
elementwise operations with scalars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s2sad.ir.trace import Apply, Atom, Value
from s2sad.ir.types import Num, Shape
from s2sad.rules.row import Table

if TYPE_CHECKING:
    from s2sad.optimize.simplify import Simplifier


def is_scalar(atom: Atom) -> bool:
    return isinstance(atom.type, Num) and atom.type.is_scalar


class Shapes:
    """Decides whether two operands have the same shape."""

    def __init__(self, table: Table, definer: dict[Value, Apply]) -> None:
        self.table = table
        self.definer = definer

    def source(self, atom: Atom) -> Atom:
        """The value whose shape `atom` has: elementwise operations with scalars keep it."""
        while isinstance(atom, Value):
            op = self.definer.get(atom)
            if op is None or op.prim not in self.table or self.table[op.prim].kind not in ("elementwise", "zero"):
                return atom
            arrays = {a for a in op.args if not is_scalar(a)}
            if len(arrays) != 1:
                return atom
            (atom,) = arrays
        return atom

    def has_shape(self, atom: Atom, broadcast: Apply) -> bool:
        """Whether `atom` provably has the shape that `broadcast` makes."""
        if is_scalar(atom):
            return False
        target = broadcast.result.type
        if isinstance(target, Num) and _known(target.shape) and isinstance(atom.type, Num) \
                and atom.type.shape == target.shape:
            return True
        shape = broadcast.args[1]
        op = self.definer.get(shape) if isinstance(shape, Value) else None
        return op is not None and op.prim in ("shape", "np.shape") and self.source(op.args[0]) is self.source(atom)


def _known(shape: Shape | None) -> bool:
    return shape is not None and None not in shape


def push_broadcast(simplifier: Simplifier, op: Apply) -> None:
    """Rewrite ``op(broadcast_to(g, shape), other)``; `op` is elementwise and of derivative code."""
    for k, atom in enumerate(op.args):
        broadcast = simplifier.definition(atom, "np.broadcast_to")
        if broadcast is None:
            continue
        seed, shape, *rest = broadcast.args
        others = [a for j, a in enumerate(op.args) if j != k]
        if others and simplifier.shapes.has_shape(others[0], broadcast):
            args = list(op.args)
            args[k] = seed
            simplifier.become(op, op.prim, *args)
            return
        private = op.result.name is None and not simplifier.memory.is_stored(op.result)
        if private and is_scalar(seed) and all(map(is_scalar, others)) and not simplifier.memory.is_returned(op.result):
            args = list(op.args)
            args[k] = seed
            inner: Atom = simplifier.insert_folded(op, op.prim, *args)
            simplifier.become(op, "np.broadcast_to", inner, shape, *rest)
            return
