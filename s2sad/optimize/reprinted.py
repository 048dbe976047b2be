"""Small index arithmetic that is written out wherever it is used: ``A[i - 1]``, ``A[1:n]``, ``np.pi``.

Common sub-expressions leave such operations with several uses; a person repeats them::

    w0 = sub(i, 1)                   A[i - 1] = B[i - 1]
    w1 = getitem(B, w0)      ->
    setitem(A, w0, w1)
"""

from __future__ import annotations

from collections import Counter

from s2sad.ir.trace import Apply, Block, Call, Const, For, Function, Loop, Op, Value, walk
from s2sad.ir.types import Num, TupleType
from s2sad.rules.row import Table

_SUBSCRIPTS = ("getitem", "setitem", "accumulate_at")
_SHIFTS = ("add", "sub", "neg")
_FACTS = ("shape", "size", "ndim", "len")
_MOST_USES = 12


class Reprinted:
    """The values to print at each of their uses, and those that must keep a name because of it."""

    def __init__(self, function: Function, table: Table) -> None:
        self.table = table
        self.definition: dict[Value, Apply] = {}
        self.home: dict[Value, Block] = {}
        self.users: dict[Value, list[Op]] = {}
        self.place: dict[Op, Block] = {}
        self.loops: dict[Block, int] = {}
        self.names: Counter[str] = Counter(v.name for v in function.values if v.name)
        self.indices: set[Value] = set()
        self._visit(function.block, 0)
        self.values: set[Value] = set()
        self.kept: set[Value] = set()
        for value, op in self.definition.items():
            if value.name is None and self.wanted(value, op):
                self.values.add(value)
        self._keep()

    def _visit(self, block: Block, depth: int) -> None:
        self.loops[block] = depth
        for op in block.ops:
            self.place[op] = block
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(op)
            for value in op.defined():
                self.home[value] = block
                self.names[value.name or ""] += 1
                if isinstance(op, Apply) and len(op.results) == 1:
                    self.definition[value] = op
            if isinstance(op, For):
                self.indices.add(op.index)
            for inner in op.blocks():
                self._visit(inner, depth + isinstance(op, Loop))

    def wanted(self, value: Value, op: Apply) -> bool:
        users = self.users.get(value, [])
        if op.prim in ("constant", "global"):
            return True
        if not users or (len(users) == 1 and self.place[users[0]] is self.home[value]):
            # Used once, here: ordinary assembly decides.
            return False
        if op.prim == "tuple" and all(isinstance(a, Const) for a in op.args):
            return True
        if op.prim in ("slice", "tuple"):
            return all(self.indexes(user, value) for user in users)
        if op.prim in _SHIFTS:
            return len(users) <= _MOST_USES and self.shifts(value, op) and all(self.indexes(u, value) for u in users)
        return self.fact(value, op, users)

    def indexes(self, user: Op, value: Value) -> bool:
        """Whether an operation uses the value only as an index, a slice bound or a bound of a range."""
        if isinstance(user, For):
            return value not in user.inits
        if not isinstance(user, Apply):
            return False
        if user.prim in _SUBSCRIPTS:
            return all(a is not value for k, a in enumerate(user.args) if k != 1)
        if user.prim == "tuple":
            return all(self.indexes(u, user.results[0]) for u in self.users.get(user.results[0], []))
        return user.prim == "slice"

    def shifts(self, value: Value, op: Apply) -> bool:
        """``i + 1``, ``n - 1``, ``-k``: one integer variable and literals."""
        variables = [a for a in op.args if isinstance(a, Value)]
        whole = all(isinstance(a, Value) or (isinstance(a, Const) and type(a.value) is int) for a in op.args)
        return whole and len(variables) == 1 and self.integer(variables[0])

    def integer(self, value: Value) -> bool:
        if value in self.indices:
            return True
        return isinstance(value.type, Num) and value.type.is_scalar and value.type.kind == "int"

    def fact(self, value: Value, op: Apply, users: list[Op]) -> bool:
        """``x.shape`` or ``len(x)`` of an array whose name stays its own, outside of loops."""
        depth = self.loops[self.home[value]]
        if len(users) > 3 or any(self.loops[self.place[u]] > depth for u in users):
            return False
        if op.prim == "getitem":
            source, index = op.args
            maker = self.definition.get(source) if isinstance(source, Value) else None
            return maker is not None and maker.prim == "shape" and source in self.values and isinstance(index, Const)
        if op.prim not in _FACTS:
            return False
        (x,) = op.args
        array = isinstance(x.type, Num) and x.type.is_array
        return array and isinstance(x, Value) and x.name is not None and self.names[x.name] == 1

    def _keep(self) -> None:
        """Operands of what is printed twice keep a name unless they are printed twice themselves."""
        for value in self.values:
            for atom in self.definition[value].args:
                if isinstance(atom, Value) and atom not in self.values:
                    self.kept.add(atom)


def unpacked(function: Function) -> set[Value]:
    """Items taken from a tuple that is unpacked: they keep a statement, ``a, b = f(x)``."""
    users: dict[Value, list[Op]] = {}
    for op in walk(function.block):
        for atom in op.operands():
            if isinstance(atom, Value):
                users.setdefault(atom, []).append(op)
    found: set[Value] = set()
    sources: list[tuple[Value, Op | None]] = [(v, None) for v in function.values]
    sources += [(v, op) for op in walk(function.block) for v in op.defined()]
    for value, maker in sources:
        uses = users.get(value, [])
        items = [u for u in uses if isinstance(u, Apply) and u.prim == "getitem" and isinstance(u.args[1], Const)
                 and type(u.args[1].value) is int]
        whole = (isinstance(maker, Call) and value.name is None) or isinstance(value.type, TupleType)
        if len(uses) > 1 and len(items) == len(uses) and whole:
            found.update(u.result for u in items)
    return found
