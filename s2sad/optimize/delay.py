"""A new value of a variable is computed after the last use of its old one, where the order is free.

Before::                                After::

    y_bar.1 = mul(x, y_bar)                 w0 = mul(y, y_bar)
    w0 = mul(y, y_bar)                      x_bar.1 = add(x_bar, w0)
    x_bar.1 = add(x_bar, w0)                y_bar.1 = mul(x, y_bar)

so that one variable serves both values, and no copy is needed.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Block, Function, Op, Value, walk
from s2sad.optimize.shared_memory import SharedMemory
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Reorder the derivative statements of every block, in place."""
    memory = SharedMemory(function, table)
    _Delayer(table, memory).block(function.block, {v.name: v for v in function.values if v.name})


class _Delayer:
    def __init__(self, table: Table, memory: SharedMemory) -> None:
        self.table = table
        self.memory = memory

    def block(self, block: Block, scope: dict[str, Value]) -> None:
        scope = {**scope, **{v.name: v for v in block.params if v.name}}
        reads = [_read(op) for op in block.ops]
        first: dict[Value, int] = {}
        last: dict[Value, int] = {}
        for position, values in enumerate(reads):
            for value in values:
                first.setdefault(value, position)
                last[value] = position
        made: dict[str, list[int]] = {}
        for position, op in enumerate(block.ops):
            for name in _made(op):
                made.setdefault(name, []).append(position)
        after: dict[int, list[Op]] = {}
        moved: set[Op] = set()
        for position, op in enumerate(block.ops):
            for inner in op.blocks():
                self.block(inner, scope)
            target = self.target(block, op, position, scope, first, last)
            if target is not None and self.free(op, position, target, made):
                after.setdefault(target, []).append(op)
                moved.add(op)
            for value in op.defined():
                if value.name:
                    scope[value.name] = value
        if moved:
            ordered: list[Op] = []
            for position, op in enumerate(block.ops):
                if op not in moved:
                    ordered.append(op)
                ordered += after.get(position, [])
            block.ops = ordered

    def target(self, block: Block, op: Op, position: int, scope: dict[str, Value],
               first: dict[Value, int], last: dict[Value, int]) -> int | None:
        """The position after which the operation should come, if that is later than now."""
        if not isinstance(op, Apply) or len(op.results) != 1 or op.origin == "primal" or op.result.name is None:
            return None
        if op.prim not in self.table or not self.table.signature(op.prim).pure or self.memory.reads(op):
            return None
        old = scope.get(op.result.name)
        if old is None or old not in last or last[old] <= position:
            return None
        wanted = first.get(op.result, -1)
        target = last[old]
        if wanted <= target:
            return None
        # The last use may be a nameless part of a later statement.
        while (further := self.consumer(block.ops[target], first, last)) is not None and further < wanted:
            target = further
        return target

    def consumer(self, op: Op, first: dict[Value, int], last: dict[Value, int]) -> int | None:
        """Where the nameless result of an operation is used, if that is in one place."""
        results = op.defined()
        if len(results) != 1 or results[0].name is not None or not isinstance(op, Apply):
            return None
        at = first.get(results[0])
        return at if at is not None and at == last[results[0]] else None

    def free(self, op: Op, position: int, target: int, made: dict[str, list[int]]) -> bool:
        """Whether nothing on the way gives a variable that it reads, or its own, a new value."""
        names = {v.name for v in _read(op) if v.name} | {v.name for v in op.defined() if v.name}
        return not any(position < at <= target for name in names for at in made.get(name, ()))


def _read(op: Op) -> set[Value]:
    values = {a for a in op.operands() if isinstance(a, Value)}
    for block in op.blocks():
        for inner in walk(block):
            values.update(a for a in inner.operands() if isinstance(a, Value))
    return values


def _made(op: Op) -> set[str]:
    names = {v.name for v in op.defined() if v.name}
    for block in op.blocks():
        for inner in walk(block):
            names |= {v.name for v in inner.defined() if v.name}
    return names
