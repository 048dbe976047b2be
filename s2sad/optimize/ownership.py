"""Ownership of results: a returned derivative shares no memory with seeds, arguments or other results.

Before::                                After::

    x_bar = own(y_bar)                      x_bar = pos(y_bar)        (a copy; of a float, itself)
    z_bar = own(w3)        w3 fresh         ... w3 returned as it is

A value is fresh when the operation that made it allocates and nothing else is made to share its memory;
merges are fresh when everything that flows into them is.
"""

from __future__ import annotations

from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, If, Loop, Op, Value, loop_ends, passed_on, walk
from s2sad.ir.types import Num
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Lower every `own` of the function, in place."""
    owner = _Owner(function, table)
    owner.block(function.block)
    substitute(function.block, dict(owner.replaced))


class _Owner:
    def __init__(self, function: Function, table: Table) -> None:
        self.table = table
        self.definition: dict[Value, Op] = {v: op for op in walk(function.block) for v in op.defined()}
        for op in walk(function.block):
            if isinstance(op, Loop):
                self.definition.update(dict.fromkeys(op.carried, op))
        self.given: set[Value] = set()
        self.replaced: dict[Value, Atom] = {}

    def block(self, block: Block) -> None:
        ops: list[Op] = []
        for op in block.ops:
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, Apply) and op.prim == "own":
                if self.keep(op):
                    ops.append(op)
            else:
                ops.append(op)
        block.ops = ops

    def keep(self, op: Apply) -> bool:
        """Turn `own` into a copy (True) or drop it (False)."""
        (atom,) = op.args
        sources = self.sources(atom, {})
        if sources is not None and not (sources & self.given):
            self.given |= sources
            self.replaced[op.result] = atom
            return False
        known_array = isinstance(atom.type, Num) and atom.type.is_array
        op.prim = "np.copy" if known_array else "pos"
        if known_array:
            op.args = [*op.args, *(Const(a.default) for a in self.table.signature("np.copy").arguments[1:])]
        return True

    def sources(self, atom: Atom, seen: dict[Value, set[Value]]) -> set[Value] | None:
        """The allocations that a value may refer to; None if one is not known to be fresh."""
        if not isinstance(atom, Value) or (isinstance(atom.type, Num) and atom.type.is_scalar):
            return set()
        if atom in seen:
            return seen[atom]
        seen[atom] = set()
        op = self.definition.get(atom)
        if isinstance(op, Apply):
            signature = self.table.signature(op.prim)
            if op.prim in ("assign", "exchange"):
                return self.sources(op.args[op.results.index(atom)], seen)
            if signature.view_of is not None:
                return None
            return {atom} if signature.fresh and op.prim != "global" else None
        found: set[Value] = set()
        for source in self.merged(atom, op):
            inner = self.sources(source, seen)
            if inner is None:
                return None
            found |= inner
        return found if isinstance(op, (If, Loop)) else None

    def merged(self, value: Value, op: Op | None) -> list[Atom]:
        if isinstance(op, If):
            return passed_on(op, op.results.index(value))
        if isinstance(op, Loop):
            values = op.carried if value in op.carried else op.results
            k = values.index(value)
            return [op.inits[k], *(end.operands()[k] for end in loop_ends(op))]
        return []
