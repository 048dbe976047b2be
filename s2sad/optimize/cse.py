"""Computes equal things once.

Before::                      After::

    y = math.sin(x)               y = math.sin(x)
    w0 = math.sin(x)              if c:
    if c:                             yield y
        w1 = math.sin(x)          else:
        yield w1                      w2 = mul(y, 2.0)
    else:                             yield w2
        w2 = mul(w0, 2.0)         -> z
        yield w2
    -> z

Scoped hash-consing: a value serves the rest of its block and the blocks nested in it.  Reads of memory
that is stored into carry the store count, so a read before a store and one after it differ.  New
memory that is stored into, or that is returned beside its twin, is never shared.  A name that the
user gave in the primal stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from s2sad.analysis.memory import METADATA, IsPure, Memory, immutable, is_impure, pure
from s2sad.ir.rewrite import Mapping, substitute_op
from s2sad.ir.trace import Apply, Atom, Block, Call, Function, Loop, Op, Value, walk
from s2sad.ir.types import Num
from s2sad.rules.row import Table

# New lists are cheap to write and dangerous to share.
_NEVER = {"list", "list_repeat", "concat", "repeat", "constant", "np.errstate", "warnings.catch_warnings", "caught",
          "exception"}


def run(function: Function, table: Table, is_pure: IsPure = is_impure) -> None:
    """Merge common sub-expressions in place."""
    _Merger(function, table, is_pure).block(function.block)


class _Merger:
    def __init__(self, function: Function, table: Table, is_pure: IsPure) -> None:
        self.table = table
        self.is_pure = is_pure
        self.memory = Memory(function, table, is_pure)
        self.mapping: Mapping = {}
        self.available: dict[Hashable, Apply | Call] = {}
        self.version: dict[Value, int] = defaultdict(int)

    def block(self, block: Block) -> None:
        shadowed: list[tuple[Hashable, Apply | Call | None]] = []
        kept: list[Op] = []
        for op in block.ops:
            substitute_op(op, self.mapping)
            if isinstance(op, Loop):
                # The first read of an iteration may come after a store of the iteration before.
                self.store(nested for inner in op.blocks() for nested in walk(inner))
            for inner in op.blocks():
                self.block(inner)
            key = self.key(op) if isinstance(op, (Apply, Call)) else None
            if key is None:
                self.store([op])
                kept.append(op)
                continue
            assert isinstance(op, (Apply, Call))
            first = self.available.get(key)
            if first is not None and self.replaceable(first, op):
                for old, new in zip(op.results, first.results):
                    self.memory.merge(new, old)
                    self.mapping[old] = new
                continue
            shadowed.append((key, first))
            self.available[key] = op
            kept.append(op)
        for key, before in reversed(shadowed):
            if before is None:
                del self.available[key]
            else:
                self.available[key] = before
        block.ops = kept

    def store(self, ops: Iterable[Op]) -> None:
        for op in ops:
            for target in self.memory.targets(op):
                self.version[self.memory.find(target)] += 1

    def key(self, op: Apply | Call) -> Hashable | None:
        """What makes two operations equal; None for those that are never merged."""
        if not op.results or not pure(op, self.table, self.is_pure):
            return None
        name = op.prim if isinstance(op, Apply) else "call " + op.callee
        if name in _NEVER:
            return None
        attrs: Hashable = ()
        if isinstance(op, Apply):
            attrs = tuple((k, repr(v)) for k, v in sorted(op.attrs.items()) if not k.startswith("_"))
        operands = tuple(self.operand(a, name) for a in op.operands())
        return name, operands, attrs

    def operand(self, atom: Atom, prim: str) -> Hashable:
        fixed = prim in METADATA and isinstance(atom.type, Num)
        if isinstance(atom, Value) and self.memory.is_stored(atom) and not fixed:
            return atom, self.version[self.memory.find(atom)]
        return atom

    def replaceable(self, first: Apply | Call, later: Apply | Call) -> bool:
        for old, new in zip(later.results, first.results):
            named = old.name is not None and old.name != new.name and later.origin == "primal"
            if named:
                return False
            if immutable(old.type):
                continue
            if self.memory.is_stored(old) or self.memory.is_stored(new):
                return False
            if self.memory.is_returned(old) and self.memory.is_returned(new):
                return False
        return True
