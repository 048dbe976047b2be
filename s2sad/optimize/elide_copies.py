"""Copies of what nothing refers to afterwards become new names.

Before::                                          After::

    for i in ... carrying a_bar = w0, b_bar = w1:     for i in ... carrying a_bar = w0, b_bar = w1:
        a_bar.1 = np.copy(b_bar)                          a_bar.1, b_bar.1 = exchange(b_bar, a_bar)
        b_bar.1 = np.copy(a_bar)                          ...
        ...                                               yield a_bar.1, b_bar.1
        yield a_bar.1, b_bar.1

The transform copies what enters a shadow, for it may be a seed or somebody else's adjoint.  Memory that the sweep
allocated, and which every merge handed on (`analysis.moves`), is neither.
"""

from __future__ import annotations

from s2sad.analysis.moves import Moves, merged_at, places
from s2sad.analysis.references import References
from s2sad.ir.trace import Apply, Block, Call, Function, If, Loop, Op, Return, Value, walk
from s2sad.ir.types import ListType, Num, TupleType
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Elide copies in derivative code, in place."""
    if not any(_is_copy(op) for op in walk(function.block)):
        return
    _Elider(function, table).block(function.block)


def _is_copy(op: Op) -> bool:
    return isinstance(op, Apply) and op.prim == "np.copy" and op.origin == "adjoint"


class _Elider:
    def __init__(self, function: Function, table: Table) -> None:
        self.refs = References(function, table)
        self.moves = Moves(self.refs)
        self.owned: dict[Value, bool] = {}
        self.merge: dict[Value, tuple[If | Loop, int]] = {}
        for op in walk(function.block):
            if isinstance(op, (If, Loop)):
                self.merge.update((r, (op, k)) for k, r in enumerate(op.results))
            if isinstance(op, Loop):
                self.merge.update((p, (op, k)) for k, p in enumerate(op.carried))

    def block(self, block: Block) -> None:
        moved: dict[Apply, Value] = {}
        for op in block.ops:
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, Apply) and _is_copy(op):
                source = op.args[0]
                if isinstance(source, Value) and self.refs.viewed(source) is None and self.moves.moved(op, source) \
                        and self.is_owned(source):
                    moved[op] = source
        if moved:
            self.exchange(block, moved)

    def exchange(self, block: Block, moved: dict[Apply, Value]) -> None:
        """Turn copies into names; those of one stretch of the block change at once."""
        ops: list[Op] = []
        group: Apply | None = None
        for op in block.ops:
            if not isinstance(op, Apply) or op not in moved:
                if not (isinstance(op, Apply) and op.prim in ("pop", "getitem")):
                    group = None
                ops.append(op)
            elif group is None:
                op.prim, op.args = "exchange", [moved[op]]
                group = op
                ops.append(op)
            else:
                group.args.append(moved[op])
                group.results.append(op.result)
        for changed in ops:
            if isinstance(changed, Apply) and changed.prim == "exchange" and len(changed.args) == 1:
                changed.prim = "assign"
        block.ops = ops

    # -- ownership ------------------------------------------------------------------------

    def is_owned(self, value: Value) -> bool:
        """Whether a value is memory that the function allocated and that only this value refers to."""
        if value in self.owned:
            return self.owned[value]
        self.owned[value] = True  # until the contrary is found: merges may be circular
        pending: set[Value] = set()
        self.owned[value] = self._owned(value, pending)
        return self.owned[value]

    def _owned(self, value: Value, seen: set[Value]) -> bool:
        if value in seen:
            return True
        seen.add(value)
        if any(map(self._shares, self.moves.users.get(value, ()))):
            return False
        merge = self.merge.get(value)
        if merge is not None:
            op, k = merge
            return all(self._enters(place, merged_at(op, place)[k], seen) for place in places(op)
                       if k < len(merged_at(op, place)))
        made = self.refs.definition.get(value)
        return isinstance(made, Apply) and self.refs.signature(made).fresh and self.refs.viewed(value) is None \
            and isinstance(value.type, Num)

    def _enters(self, place: Op, atom: object, seen: set[Value]) -> bool:
        if not isinstance(atom, Value):
            return True
        return self.refs.viewed(atom) is None and self.moves.moved(place, atom) and self._owned(atom, seen)

    def _shares(self, op: Op) -> bool:
        """Whether an operation keeps a reference to its operands."""
        if isinstance(op, (Call, Return)):
            return True
        if not isinstance(op, Apply):
            return False
        kinds = [a.type for a in op.args[:1]]
        if op.prim in ("append", "setitem", "insert"):
            return any(isinstance(t, ListType) for t in kinds)
        return op.prim in ("tuple", "list", "list_repeat", "select", "exchange", "assign", "own") \
            or any(isinstance(r.type, (ListType, TupleType)) for r in op.results)
