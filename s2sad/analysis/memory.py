"""Which values may share memory, and which memory is stored into: one fact base for the passes.

Values that may refer to the same buffer fall into one class: a view and its base, a loop's carried
parameter and what enters it, the merges of an `If`.  Parameters and globals form one class, because a
caller may pass the same array twice::

    v = getitem(A, s)        # v and A: one class, and it is stored into
    setitem(v, 0, 1.0)
    w = mul(x, 2.0)          # w: a class of its own, never stored into
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from s2sad.ir.signature import Signature
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Continue,
    Function,
    If,
    Loop,
    Op,
    Return,
    Value,
    While,
    Yield,
    walk,
)
from s2sad.ir.types import Atomic, FunctionType, ListType, Num, TupleType, Type
from s2sad.rules.row import Table

IsPure = Callable[[str], bool]

# Results that hold references to their operands.
_HOLDERS = {"tuple", "list", "list_repeat", "repeat", "concat", "select", "append", "insert", "setitem",
            "pop", "pop_at", "getitem", "list_of", "tuple_of"}
# Reads that no store changes: a buffer keeps its shape and its dtype.
METADATA = {"shape", "size", "ndim", "dtype", "np.shape", "np.size", "np.ndim"}


def is_impure(callee: str) -> bool:
    """The default `is_pure`: nothing is known about any callee."""
    return False


def immutable(t: Type) -> bool:
    """Whether a value of this type can never be stored into."""
    if isinstance(t, TupleType):
        return all(map(immutable, t.items))
    return (isinstance(t, Num) and t.is_scalar) or isinstance(t, (Atomic, FunctionType))


def signature_of(op: Op, table: Table) -> Signature | None:
    return table.signature(op.prim) if isinstance(op, Apply) and op.prim in table else None


def pure(op: Op, table: Table, is_pure: IsPure = is_impure) -> bool:
    """Whether an operation only computes its results."""
    if isinstance(op, Call):
        return is_pure(op.callee)
    signature = signature_of(op, table)
    return signature is not None and signature.pure


def leaving(block: Block, kind: type[Yield] | type[Break] | type[Continue]) -> Iterable[Op]:
    """The terminators of this kind that belong to the loop whose body is `block`."""
    for op in block.ops:
        if isinstance(op, kind):
            yield op
        elif isinstance(op, If):
            for branch in op.blocks():
                if kind is not Yield:
                    yield from leaving(branch, kind)


def loop_exits(loop: Loop) -> list[Op]:
    """Every terminator that passes carried values on: the yield, each continue and each break."""
    return [op for kind in (Yield, Continue, Break) for op in leaving(loop.body, kind)]


class Memory:
    """The classes of a function; `stored` and `returned` are classes that a store or a return reaches."""

    def __init__(self, function: Function, table: Table, is_pure: IsPure = is_impure) -> None:
        self.table = table
        self.is_pure = is_pure
        self._parent: dict[Value, Value] = {}
        self.outside = Value("outside")
        stored: list[Value] = []
        returned: list[Value] = []
        for value in function.values:
            self.join(self.outside, value)
        for op in walk(function.block):
            self._relate(op)
            stored += self.targets(op)
            if isinstance(op, Return):
                returned += [a for a in op.values if isinstance(a, Value) and not immutable(a.type)]
        self.stored = {self.find(v) for v in stored}
        self.returned = {self.find(v) for v in returned}

    def find(self, value: Value) -> Value:
        """The representative of the value's class."""
        parent = self._parent
        root = value
        while (above := parent.get(root)) is not None:
            root = above
        while value is not root:
            above = parent[value]
            parent[value] = root
            value = above
        return root

    def join(self, a: Atom, b: Atom) -> None:
        """Put two values into one class, unless one of them can not be memory."""
        if isinstance(a, Value) and isinstance(b, Value) and not immutable(a.type) and not immutable(b.type):
            p, q = self.find(a), self.find(b)
            if p is not q:
                self._parent[p] = q

    def merge(self, kept: Value, gone: Value) -> None:
        """`kept` now also stands for `gone`."""
        returned = self.find(kept) in self.returned or self.find(gone) in self.returned
        self.join(kept, gone)
        if returned:
            self.returned.add(self.find(kept))

    def is_stored(self, atom: Atom) -> bool:
        """Whether the memory behind an operand may be stored into anywhere in the function."""
        return isinstance(atom, Value) and not immutable(atom.type) and self.find(atom) in self.stored

    def is_returned(self, atom: Atom) -> bool:
        return isinstance(atom, Value) and not immutable(atom.type) and self.find(atom) in self.returned

    def targets(self, op: Op) -> list[Value]:
        """The operands whose memory this one operation may store into."""
        targets: list[Atom] = []
        if isinstance(op, Apply):
            signature = signature_of(op, self.table)
            if signature is None:
                targets = op.args
            elif signature.mutates is not None:
                targets = [op.args[signature.mutates]]
        elif isinstance(op, Call) and not self.is_pure(op.callee):
            # The callee may also store into memory that it finds through globals.
            targets = [*op.args, self.outside]
        return [a for a in targets if isinstance(a, Value) and not immutable(a.type)]

    def stores(self, ops: Iterable[Op]) -> set[Value]:
        """The classes that these operations (nested blocks included) may store into."""
        result: set[Value] = set()
        for op in ops:
            result.update(self.find(v) for v in self.targets(op))
            for block in op.blocks():
                result |= self.stores(block.ops)
        return result

    def _relate(self, op: Op) -> None:
        if isinstance(op, Apply):
            self._relate_apply(op)
        elif isinstance(op, Call):
            for value in op.results:
                self.join(value, self.outside)
                for atom in op.args:
                    self.join(value, atom)
        elif isinstance(op, If):
            for branch in op.blocks():
                if isinstance(branch.ops[-1], Yield):
                    self._join_all(op.results, branch.ops[-1].values)
        elif isinstance(op, Loop):
            self._join_all(op.carried, op.inits)
            self._join_all(op.results, op.inits)
            if isinstance(op, While):
                self._join_all(op.cond.params, op.inits)
            self._join_all(op.carried, op.results)
            for leave in loop_exits(op):
                self._join_all(op.carried, leave.operands())
                self._join_all(op.results, leave.operands())

    def _relate_apply(self, op: Apply) -> None:
        signature = signature_of(op, self.table)
        related: list[Atom] = []
        if signature is None or not signature.fresh:
            related = op.args
        elif signature.view_of is not None:
            related = [op.args[signature.view_of]]
        if op.prim == "global" or signature is None or (signature.effect and not signature.fresh):
            related = [*related, self.outside]
        if op.prim in _HOLDERS:
            copied = op.prim == "setitem" and isinstance(op.args[0].type, Num)
            holders = [op.args[0]] if not op.results else list(op.results)
            if not copied and not _scalar_items(op):
                related = [*related, *op.args]
            for holder in holders:
                for atom in related:
                    self.join(holder, atom)
        for value in op.results:
            for atom in related:
                self.join(value, atom)

    def _join_all(self, left: Iterable[Atom], right: Iterable[Atom]) -> None:
        for a, b in zip(left, right):
            self.join(a, b)


def _scalar_items(op: Apply) -> bool:
    """Whether an operation on lists copies items that are no memory themselves."""
    return op.prim in ("concat", "repeat") and all(
        (isinstance(a.type, ListType) and immutable(a.type.item)) or immutable(a.type) for a in op.args)
