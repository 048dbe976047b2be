"""Live ranges of values over a linear numbering of the structured program.

A range is a list of half-open segments.  A statement at position p reads up to p and writes from p, so
that in ``y = y * x`` the two values of `y` do not overlap.  The end of a block at q writes the merged
variables during [q, q + 1).  Branches that leave (by break, continue or return) carry only what is live where they
lead.
"""

from __future__ import annotations

from dataclasses import dataclass

from s2sad.backend.definitions import Definitions
from s2sad.ir.trace import (
    Block,
    Break,
    Continue,
    For,
    If,
    Loop,
    Op,
    Raise,
    Resume,
    Return,
    Terminator,
    Try,
    Value,
    While,
    Yield,
)

Segment = tuple[int, int]


@dataclass(frozen=True)
class _Exits:
    """What is live where the exits of a block lead, and which variables they write."""

    targets: tuple[Value, ...] = ()
    normal: frozenset[Value] = frozenset()
    loop_targets: tuple[Value, ...] = ()
    header: frozenset[Value] = frozenset()
    after: frozenset[Value] = frozenset()


class Liveness:
    """Segments of every printed value of one function."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.position: dict[Op, int] = {}
        self.end: dict[Op, int] = {}
        self.start: dict[Block, int] = {}
        self.raw: dict[Value, list[Segment]] = {}
        block = definitions.function.block
        self._number(block, 1)
        for param in block.params:
            self._add(param, 0, 1)
        self._block(block, _Exits())
        self.segments = {value: _merged(parts) for value, parts in self.raw.items()}

    # Numbering

    def _number(self, block: Block, position: int) -> int:
        self.start[block] = position
        position += 1
        for op in block.ops:
            if not self.definitions.statement(op):
                continue
            self.position[op] = position
            # A loop copies initial values at p and evaluates its range at p + 1.
            position += 2
            if op.blocks():
                for inner in op.blocks():
                    position = self._number(inner, position)
                self.end[op] = position
                position += 1
        return position

    # Ranges, backwards

    def _add(self, value: Value, start: int, end: int) -> None:
        self.raw.setdefault(value, []).append((start, max(end, start + 1)))

    def _block(self, block: Block, exits: _Exits) -> set[Value]:
        """Record the ranges inside a block; returns what is live at its start."""
        open_until: dict[Value, int] = {}
        for op in reversed(block.ops):
            position = self.position.get(op)
            if position is None:
                continue
            if isinstance(op, Terminator):
                self._terminator(op, position, exits, open_until)
            elif op.blocks():
                self._region(op, position, exits, open_until)
            else:
                for value in op.defined():
                    self._add(value, position, open_until.pop(value, position))
                for value in self.definitions.reads(op):
                    open_until.setdefault(value, position)
        start = self.start[block]
        for value, end in open_until.items():
            self._add(value, start, end)
        return set(open_until)

    def _terminator(self, op: Terminator, position: int, exits: _Exits, open_until: dict[Value, int]) -> None:
        live: frozenset[Value] = frozenset()
        targets: tuple[Value, ...] = ()
        if isinstance(op, Yield):
            live, targets = exits.normal, exits.targets
        elif isinstance(op, Continue):
            live, targets = exits.header, exits.loop_targets
        elif isinstance(op, Break):
            live, targets = exits.after, exits.loop_targets
        else:
            assert isinstance(op, (Return, Raise, Resume))
        for target in targets:
            self._add(target, position, position + 1)
        for value in live:
            open_until[value] = position + 1
        for value in self.definitions.reads(op):
            open_until.setdefault(value, position)

    def _region(self, op: Op, position: int, exits: _Exits, open_until: dict[Value, int]) -> None:
        end = self.end[op]
        for value in op.defined():
            self._add(value, end, open_until.pop(value, end))
        for value, until in open_until.items():
            self._add(value, end, until)
        after = frozenset(open_until)
        open_until.clear()
        if isinstance(op, If):
            inner = _Exits(tuple(op.results), after, exits.loop_targets, exits.header, exits.after)
            live = self._sides(op, inner)
            for value in live:
                open_until[value] = position + 2
            for value in self.definitions.reads(op):
                open_until.setdefault(value, position)
        else:
            assert isinstance(op, Loop)
            self._loop(op, position, after, open_until)

    def _sides(self, op: If, inner: _Exits) -> set[Value]:
        """What is live at the start of either side; a handler may be entered from anywhere in what it guards."""
        if not isinstance(op, Try):
            return self._block(op.then, inner) | self._block(op.orelse, inner)
        final = self._block(op.final, inner) if op.final is not None else set()
        handler = self._block(op.orelse, inner) | final
        start = self.start[op.then]
        for value in handler:
            self._add(value, start, self._last_raising(op.then) if value not in final else self.end[op])
        return self._block(op.then, inner) | handler

    def _last_raising(self, block: Block) -> int:
        """The position of the last statement that may raise: from there on no handler is entered."""
        last = self.start[block]
        for op in block.ops:
            position = self.position.get(op)
            if position is not None and not isinstance(op, Terminator) and op.origin != "saving":
                last = self.end.get(op, position)
        return last

    def _loop(self, op: Loop, position: int, after: frozenset[Value], open_until: dict[Value, int]) -> None:
        header = after | self.definitions.free(op.blocks())
        carried = tuple(op.carried)
        body = self.start[op.body]
        live = self._block(op.body, _Exits(carried, header, carried, header, after))
        if isinstance(op, While):
            live |= self._block(op.cond, _Exits((), header | set(carried)))
            for value in op.cond.params:
                self._add(value, position, body)
        for value in carried:
            self._add(value, position, body)
        if isinstance(op, For):
            self._add(op.index, body, body + 1)
        first = self.start[op.blocks()[0]]
        for value in (live | header) - set(op.body.params) - set(op.blocks()[0].params):
            open_until[value] = first
        self._loop_operands(op, position, open_until)

    def _loop_operands(self, op: Loop, position: int, open_until: dict[Value, int]) -> None:
        reads = self.definitions.expand
        if isinstance(op, For):
            # ``for i in range(n)`` with `n` carried: the copy into the same variable comes first and is harmless.
            entering = {i for i, c in zip(op.inits, op.carried) if isinstance(i, Value) and i.name == c.name}
            for atom in (op.start, op.stop, op.step):
                when = position if atom in entering else position + 1
                for value in reads(atom):
                    open_until[value] = max(open_until.get(value, 0), when)
        for atom in op.inits:
            for value in reads(atom):
                open_until.setdefault(value, position)


def _merged(parts: list[Segment]) -> list[Segment]:
    result: list[Segment] = []
    for start, end in sorted(parts):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result
