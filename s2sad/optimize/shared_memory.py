"""Which reads see memory that some operation of the function stores into.

Values that may refer to the same memory are in one group: a view and what it views, what a merge unites,
a container and its elements, the arguments and the result of a call.  Parameters may overlap each other.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Atom, Block, Break, Call, Continue, Function, If, Loop, Op, Value, While, Yield, walk
from s2sad.ir.types import Atomic, Num
from s2sad.rules.row import Table

_FACTS = ("shape", "size", "ndim", "dtype")
_CONTAINERS = ("tuple", "list", "list_repeat", "concat", "repeat", "select", "copy", "list_of", "tuple_of")
_SHARING = frozenset({*_CONTAINERS, "append", "insert", "setitem", "inplace"})


class SharedMemory:
    """Groups of values by memory, and which groups are stored into."""

    def __init__(self, function: Function, table: Table) -> None:
        self.table = table
        self.parent: dict[Value, Value] = {}
        self.stored: set[Value] = set()
        stores: list[Value] = []
        first = [v for v in function.values if not _scalar(v)]
        for value in first[1:]:
            self._unite(first[0], value)
        self._merges(function.block, [], [])
        for op in walk(function.block):
            if isinstance(op, Apply):
                self._apply(op, stores)
            elif isinstance(op, Call):
                touched = [a for a in [*op.args, *op.results] if isinstance(a, Value) and not _scalar(a)]
                stores += touched[:1]
                for value in touched[1:]:
                    self._unite(touched[0], value)
        self.stored = {self._root(v) for v in stores}

    def _apply(self, op: Apply, stores: list[Value]) -> None:
        signature = self.table.signature(op.prim) if op.prim in self.table else None
        target = 0 if op.prim == "inplace" else signature.mutates if signature is not None else None
        position = signature.view_of if signature is not None else None
        shares: list[Atom] = list(op.args) if op.prim in _SHARING else []
        if target is not None and isinstance(op.args[target], Value):
            stores.append(op.args[target])  # type: ignore[arg-type]
            shares.append(op.args[target])
        if position is not None and position < len(op.args):
            shares.append(op.args[position])
        group = [v for v in [*shares, *op.results] if isinstance(v, Value) and not _scalar(v)]
        if shares:
            for value in group[1:]:
                self._unite(group[0], value)

    def _merges(self, block: Block, targets: list[Value], carried: list[Value]) -> None:
        for op in block.ops:
            passed: list[tuple[Value, Atom]] = []
            if isinstance(op, If):
                for inner in op.blocks():
                    self._merges(inner, op.results, carried)
            elif isinstance(op, Loop):
                passed = [*zip(op.carried, op.inits), *zip(op.results, op.carried)]
                if isinstance(op, While):
                    passed += zip(op.cond.params, op.carried)
                    self._merges(op.cond, [], [])
                self._merges(op.body, op.carried, op.carried)
            elif isinstance(op, Yield):
                passed = list(zip(targets, op.values))
            elif isinstance(op, (Break, Continue)):
                passed = list(zip(carried, op.values))
            for value, atom in passed:
                if isinstance(atom, Value) and not _scalar(atom) and not _scalar(value):
                    self._unite(value, atom)

    def _root(self, value: Value) -> Value:
        root = value
        while self.parent.get(root, root) is not root:
            root = self.parent[root]
        while self.parent.get(value, value) is not root and value is not root:
            self.parent[value], value = root, self.parent[value]
        return root

    def _unite(self, a: Value, b: Value) -> None:
        self.parent[self._root(b)] = self._root(a)

    def same(self, a: Atom, b: Atom) -> bool:
        """Whether two operands may refer to the same memory."""
        return isinstance(a, Value) and isinstance(b, Value) and self._root(a) is self._root(b)

    def reads(self, op: Op) -> bool:
        """Whether an operation may read memory that is stored into somewhere."""
        if isinstance(op, Apply) and op.prim in _FACTS:
            return False
        return any(isinstance(a, Value) and not _scalar(a) and self._root(a) in self.stored for a in op.operands())

    def apart(self, reading: Op, storing: Op) -> bool:
        """Whether an operation only stores into memory that another one does not read."""
        stored = self._targets(storing)
        return stored is not None and not any(self._root(a) in stored for op in _inside(reading)
                                              for a in op.operands() if isinstance(a, Value) and not _scalar(a))

    def _targets(self, op: Op) -> set[Value] | None:
        """What stands for the memory that an operation stores into; None if it has other effects."""
        found: set[Value] = set()
        for inner in _inside(op):
            stored = self._stored(inner)
            if stored is not None:
                found.add(self._root(stored))
            elif self.writes(inner):
                return None
        return found

    def _stored(self, op: Op) -> Value | None:
        """What an operation stores into that does nothing else."""
        if not isinstance(op, Apply) or op.prim not in self.table:
            return None
        signature = self.table.signature(op.prim)
        target = op.args[signature.mutates] if signature.mutates is not None and not signature.effect else None
        return target if isinstance(target, Value) else None

    def writes(self, op: Op) -> bool:
        """Whether an operation stores or has another effect."""
        if isinstance(op, Call):
            return True
        if isinstance(op, Apply):
            if op.prim == "inplace" or op.prim not in self.table:
                return True
            return not self.table.signature(op.prim).pure
        return False


def _inside(op: Op) -> list[Op]:
    return [op, *(inner for block in op.blocks() for inner in walk(block))]


def _scalar(value: Value) -> bool:
    """Whether a value is known to be no reference to memory."""
    kind = value.type
    return (isinstance(kind, Num) and kind.is_scalar) or isinstance(kind, Atomic)
