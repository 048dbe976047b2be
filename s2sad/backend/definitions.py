"""Where values are defined, and what a printed statement really reads.

An operation whose result is marked ``inline`` is not a statement: it is printed inside its consumer, so its
operands are read where the consumer stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from s2sad.ir.trace import Atom, Block, For, Function, If, Op, Value, walk


class Definitions:
    """The defining operation of every value of a function, and who uses it how often."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.op: dict[Value, Op] = {}
        self.indices: set[Value] = set()
        self.uses: dict[Value, list[Op]] = {}
        for op in walk(function.block):
            for value in op.defined():
                self.op[value] = op
            if isinstance(op, For):
                self.indices.add(op.index)
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.uses.setdefault(atom, []).append(op)

    def statement(self, op: Op) -> bool:
        """Whether an operation is printed by itself rather than inside its consumer."""
        defined = op.defined()
        return not (defined and all(v.inline for v in defined))

    def expand(self, atom: Atom) -> Iterator[Value]:
        """The variables read when an operand is printed."""
        if not isinstance(atom, Value):
            return
        if not atom.inline:
            yield atom
            return
        op = self.op[atom]
        for operand in op.operands():
            yield from self.expand(operand)
        if isinstance(op, If):
            for block in op.blocks():
                for operand in block.terminator.values:
                    yield from self.expand(operand)

    def reads(self, op: Op) -> Iterator[Value]:
        """The variables read by a statement (not those read in its blocks)."""
        for atom in op.operands():
            yield from self.expand(atom)

    def free(self, blocks: list[Block]) -> set[Value]:
        """Values from outside that are read inside the blocks."""
        read: set[Value] = set()
        inside: set[Value] = set()
        for block in blocks:
            inside.update(block.params)
            for op in walk(block):
                inside.update(op.defined())
                for nested in op.blocks():
                    inside.update(nested.params)
                if self.statement(op):
                    read.update(self.reads(op))
        return read - inside
