"""Take, clear, add back: what the reversal of an update leaves, as a person would write it.

Before::                                 After::

    g = getitem(A_bar, i)                    g = getitem(A_bar, i)
    setitem(A_bar, i, 0.0)                   w = mul(g, b)
    accumulate_at(A_bar, j, g)               setitem(A_bar, i, w)
    w = mul(g, b)                            accumulate_at(A_bar, j, g)
    accumulate_at(A_bar, i, w)

An element that gets back what was taken from it (``A[i] += x``) is not touched at all, and a copy of a part
that stays as it is while the copy is used is no copy.
"""

from __future__ import annotations

from s2sad.analysis.memory import Memory, immutable
from s2sad.analysis.references import References, may_repeat
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Terminator, Value, walk
from s2sad.ir.types import ListType, Num
from s2sad.rules.row import Table

_ADDS = ("accumulate_at", "iadd")


def run(function: Function, table: Table) -> None:
    """Rewrite each block, in place."""
    updates = _Updates(function, table)
    for block in updates.blocks:
        updates.merge(block)
        updates.uncopy(block)
        updates.begin(block)


class _Updates:
    def __init__(self, function: Function, table: Table) -> None:
        self.table = table
        self.memory = Memory(function, table)
        self.refs = References(function, table)
        self.made: dict[Value, Op] = {}
        self.users: dict[Value, list[Op]] = {}
        self.blocks = [function.block]
        for op in walk(function.block):
            self.blocks += op.blocks()
            for value in op.defined():
                self.made[value] = op
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(op)

    def meet(self, a: Atom, b: Atom) -> bool:
        """Whether two operands may share memory."""
        if not isinstance(a, Value) or not isinstance(b, Value) or immutable(a.type) or immutable(b.type):
            return False
        return self.memory.find(a) is self.memory.find(b) and not self.refs.apart(a, b)

    # -- clear and add --------------------------------------------------------------------

    def merge(self, block: Block) -> None:
        clears = [op for op in block.ops if self.is_clear(op)]
        for clear in clears:
            assert isinstance(clear, Apply)
            start = block.ops.index(clear)
            found = self.added_back(block, start, clear)
            if found is not None:
                self.rewrite(block, start, found, clear)

    def is_clear(self, op: Op) -> bool:
        return isinstance(op, Apply) and op.prim == "setitem" and op.origin == "adjoint" and op.args[2] == Const(0.0) \
            and isinstance(op.args[0].type, Num)

    def added_back(self, block: Block, start: int, clear: Apply) -> int | None:
        """Where the cleared element is added to, with nothing but additions to its buffer in between."""
        shadow, index = clear.args[:2]
        assert isinstance(shadow, Value)
        for at in range(start + 1, len(block.ops)):
            op = block.ops[at]
            if isinstance(op, Terminator) or op.blocks() or not isinstance(op, Apply):
                return None
            if op.prim in _ADDS and op.origin == "adjoint" and op.args[0] is shadow:
                if self.same_element(op, index):
                    return at
                continue
            signature = self.table.signature(op.prim)
            if signature.effect:
                return None
            if any(self.meet(a, shadow) for a in op.args):
                return None
        return None

    def same_element(self, op: Apply, index: Atom) -> bool:
        if op.prim == "iadd":
            return index == Const(Ellipsis)
        return self.same(op.args[1], index)

    def same(self, a: Atom, b: Atom) -> bool:
        """Whether two indices are the same slice or number."""
        if a is b or (isinstance(a, Const) and a == b):
            return True
        p, q = (self.made.get(x) if isinstance(x, Value) else None for x in (a, b))
        return isinstance(p, Apply) and isinstance(q, Apply) and p.prim == q.prim and p.prim in (
            "slice", "tuple", "add", "sub") and len(p.args) == len(q.args) and all(map(self.same, p.args, q.args))

    def rewrite(self, block: Block, start: int, at: int, clear: Apply) -> None:
        add = block.ops[at]
        assert isinstance(add, Apply)
        value = add.args[-1]
        between = block.ops[start + 1:at]
        if self.is_taken(value, block.ops[:start], clear):
            block.ops[start:at + 1] = between
            return
        delayed = [op for op in between if isinstance(op, Apply) and op.prim in _ADDS and op.args[0] is clear.args[0]]
        if any(self.meet(a, t) for op in delayed for a in op.args[1:] for o in between for t in self.memory.targets(o)):
            return
        if not self.fills(value, clear):
            return
        put = Apply("setitem", [*clear.args[:2], value], [], loc=add.loc, origin=add.origin)
        block.ops[start:at + 1] = [*(op for op in between if op not in delayed), put, *delayed]

    def fills(self, value: Atom, clear: Apply) -> bool:
        """A store broadcasts as an addition does; a list would not, and of a repeated element the last value stays."""
        return not isinstance(value.type, ListType) and not may_repeat(clear.args[1].type)

    def is_taken(self, value: Atom, before: list[Op], clear: Apply) -> bool:
        """Whether a value is what was taken from the element before it was cleared."""
        made = self.made.get(value) if isinstance(value, Value) else None
        if isinstance(made, Apply) and made.prim == "np.copy" and made.args[0] is not clear.args[0]:
            inner = made.args[0]
            made = self.made.get(inner) if isinstance(inner, Value) else None
        if not isinstance(made, Apply) or made.args[0] is not clear.args[0] or made not in before:
            return False
        whole = made.prim == "np.copy" and clear.args[1] == Const(Ellipsis)
        if not whole and (made.prim != "getitem" or not self.same(made.args[1], clear.args[1])):
            return False
        since = before[before.index(made) + 1:]
        return not any(op.blocks() or any(self.meet(clear.args[0], t) for t in self.memory.targets(op)) for op in since)

    # -- zeros ----------------------------------------------------------------------------

    def begin(self, block: Block) -> None:
        """``z = zeros(...)``, then ``z += w`` where nothing has touched `z` yet, is ``z = w``."""
        for zero in list(block.ops):
            if not (isinstance(zero, Apply) and zero.prim == "np.zeros_like" and zero.origin == "adjoint"):
                continue
            start = block.ops.index(zero)
            first = next((k for k in range(start + 1, len(block.ops)) if self.touches(block.ops[k], zero.result)), None)
            add = block.ops[first] if first is not None else None
            if first is None or not (isinstance(add, Apply) and add.prim == "iadd" and add.args[0] is zero.result):
                continue
            value = add.args[1]
            kind = value.type
            if isinstance(value, Value) and isinstance(kind, Num) and kind == zero.result.type \
                    and kind.shape is not None and None not in kind.shape:
                prim = "assign" if self.refs.new(value) and self.users.get(value) == [add] else "np.copy"
                block.ops[first] = Apply(prim, [value], [zero.result], loc=add.loc, origin=add.origin)
                del block.ops[start]

    def touches(self, op: Op, value: Value) -> bool:
        return any(value in inner.operands() for inner in _inside(op))

    # -- copies ---------------------------------------------------------------------------

    def uncopy(self, block: Block) -> None:
        """``w = copy(A[i])`` is ``w = A[i]`` where `A` stays as it is until `w` is used for the last time."""
        position = {op: k for k, op in enumerate(block.ops)}
        for op in list(block.ops):
            if not (isinstance(op, Apply) and op.prim == "np.copy" and op.origin == "adjoint"):
                continue
            source = op.args[0]
            if not isinstance(source, Value):
                continue
            users = self.users.get(op.result, [])
            if not users or not all(user in position and self.only_reads(user, op.result) for user in users):
                continue
            last = max(position[user] for user in users)
            if not any(self.meet(source, t) for inner in block.ops[position[op]:last + 1]
                       for each in _inside(inner) for t in self.memory.targets(each)):
                op.prim, op.args = "assign", [source]

    def only_reads(self, op: Op, value: Value) -> bool:
        """Whether an operation makes a number or new memory of a value."""
        if not isinstance(op, Apply):
            return False
        if op.prim in _ADDS or op.prim == "setitem":
            return op.args[0] is not value and isinstance(op.args[0].type, Num)
        signature = self.table.signature(op.prim)
        return signature.pure and signature.fresh and signature.view_of is None and op.prim not in ("tuple", "list")


def _inside(op: Op) -> list[Op]:
    return [op, *(inner for block in op.blocks() for inner in walk(block))]
