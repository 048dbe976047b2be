"""What comes out of lowering a block, in order: operations as they were, and loop nests that grow while they can.

An operation that has nothing to do with the nest before it goes in front of it, so that the next statements still find
the nest last and can become part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from s2sad.analysis.memory import METADATA, Memory
from s2sad.analysis.references import References, is_basic_index
from s2sad.ir.builder import Builder
from s2sad.ir.rewrite import Mapping
from s2sad.ir.trace import Apply, Block, Function, Loc, Op, Value
from s2sad.ir.types import DimLike, Num, Shape
from s2sad.lower.elements import Element, best_of
from s2sad.lower.nests import Nest, Statement, Writer, access, fuses
from s2sad.rules.row import Table

_ALLOCATIONS = ("np.empty", "np.zeros", "np.empty_like", "np.zeros_like", "len")


class Schedule:
    """Facts of a function, and the output of the block that is being lowered."""

    def __init__(self, function: Function, table: Table) -> None:
        self.function = function
        self.table = table
        self.memory = Memory(function, table)
        self.references = References(function, table)
        self.order: dict[Value, int] = {}
        self.made: dict[Value, Op] = {}
        self.users: dict[Value, list[Op]] = {}
        self.home: dict[Op, Block] = {}
        self.position: dict[Op, int] = {}
        self._index(function.block)
        self.replaced: Mapping = {}
        self.out: list[Op | Nest] = []
        self.at: Op | None = None
        # Lengths that a test has found equal, in this block and those around it.
        self.equal: dict[DimLike, DimLike] = {}

    def _index(self, block: Block) -> None:
        for position, op in enumerate(block.ops):
            self.home[op], self.position[op] = block, position
            number = len(self.home)
            for value in op.defined():
                self.made[value] = op
                self.order[value] = number
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(op)
            for inner in op.blocks():
                self.order.update(dict.fromkeys(inner.params, number))
                self._index(inner)


    def _written(self, items: list[Op | Nest]) -> list[Op]:
        ops: list[Op] = []
        for item in items:
            if isinstance(item, Op):
                ops.append(item)
                continue
            builder = self.builder(item.statements[0].loc, item.statements[0].origin)
            writer = Writer(item, builder)
            writer.write()
            self.replaced.update(writer.finish())
            ops += builder.block.ops
        return ops

    def builder(self, loc: Loc | None = None, origin: str | None = None) -> Builder:
        builder = Builder(Block(), self.table.infer, self.table.signature)
        if self.at is not None:
            builder.loc, builder.origin = self.at.loc, self.at.origin
        if origin is not None:
            builder.loc, builder.origin = loc, origin
        return builder

    # ------------------------------------------------------------------ what comes out, in order

    def plain(self, ops: Sequence[Op]) -> None:
        """Operations as they are; what has nothing to do with the nest before them goes in front of it."""
        for op in ops:
            last = self.out[-1] if self.out else None
            if isinstance(last, Nest) and self._independent(op, last):
                self.out.insert(len(self.out) - 1, op)
            else:
                self.out.append(op)

    def _independent(self, op: Op, nest: Nest) -> bool:
        if not isinstance(op, Apply) or op.prim not in self.table or not self.table.signature(op.prim).pure:
            return False
        if any(a in nest.results() for a in op.args):
            return False
        if op.prim in METADATA or op.prim in _ALLOCATIONS or (
                op.prim == "getitem" and _whole_array(op) and is_basic_index(op.args[1].type) is True):
            return True
        stored = [value for value, _, _ in access(nest).stores]
        return not any(isinstance(a, Value) and self.meets(a, value) for a in op.args for value in stored)

    def meets(self, a: Value, b: Value) -> bool:
        """Whether two arrays may share memory: what is new shares none with what was there before it."""
        if self.memory.find(a) is not self.memory.find(b):
            return False
        p, q = self.references.root(a), self.references.root(b)
        if p is q:
            return True
        first, second = self.order.get(p, -1), self.order.get(q, -1)
        later = p if first > second else q
        return first == second or not self.references.new(later)

    def nest(self, shape: Shape, ruler: Element, statement: Statement) -> None:
        """One more statement for each element of a space."""
        assert self.at is not None
        statement.loc, statement.origin = self.at.loc, self.at.origin
        nest = Nest(tuple(self._known(d, k - len(shape), statement) for k, d in enumerate(shape)), ruler, [statement])
        last = self.out[-1] if self.out else None
        if isinstance(last, Nest) and fuses(last, nest, self.meets):
            last.statements.append(statement)
            if best_of(ruler) < best_of(last.ruler):
                last.ruler = ruler
        else:
            self.out.append(nest)

    def _known(self, dim: DimLike, axis: int, statement: Statement) -> DimLike:
        """The length of an axis (counted from the last), as a number where an operand is known to be so long."""
        for element in (statement.value, statement.target):
            if element is not None and -axis <= element.rank:
                own = element.shape[axis]
                if isinstance(own, int) and own != 1 and not isinstance(dim, int):
                    return own
        return self.canonical(dim)

    def canonical(self, dim: DimLike) -> DimLike:
        while dim in self.equal:
            dim = self.equal[dim]
        return dim


def _whole_array(op: Apply) -> bool:
    return isinstance(op.result.type, Num) and op.result.type.is_array
