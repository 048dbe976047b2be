"""Where a tuple that may be None is known to be one: what conditions, and reads that went well, say about it::

    if best is None or c < best[0]:     # here best may be None, and right of the `or` it cannot
        best = (c, k)
    first, last = best                  # an error where it is None, so below this line it is not
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Loop,
    Op,
    Terminator,
    Value,
    While,
    Yield,
    loop_ends,
    plain_branch,
    walk,
)
from s2sad.ir.types import TupleType

Known = frozenset[Value]
_NOTHING: Known = frozenset()
_DEPTH = 12


def test_of_none(op: Op) -> tuple[Value, bool] | None:
    """The value that an operation compares with None, and whether the outcome True says that it is None."""
    if isinstance(op, Apply) and op.prim in ("is", "is_not", "eq", "ne"):
        for value, other in (op.args, op.args[::-1]):
            if isinstance(value, Value) and other == Const(None):
                return value, op.prim in ("is", "eq")
    return None


def read_of(op: Op) -> Value | None:
    """What an operation takes an item of, or the length: an error where that is None."""
    value = op.args[0] if isinstance(op, Apply) and op.prim in ("getitem", "len") else None
    return value if isinstance(value, Value) else None


@dataclass
class Presence:
    """`known[op]` are the values that are known not to be None when `op` is reached; `into[end]` are the merged values
    that a terminator passes its operands to (none, where it passes on a loop's condition)."""

    function: Function
    known: dict[Op, Known] = field(default_factory=dict)
    into: dict[Op, list[Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._made: dict[Value, tuple[Op, int]] = {}
        for op in walk(self.function.block):
            self._made.update((v, (op, k)) for k, v in enumerate(op.defined()))
            if isinstance(op, If):
                ends: Iterable[Op] = (block.ops[-1] for block in op.blocks())
                self.into.update((end, op.results) for end in ends if isinstance(end, Yield))
            elif isinstance(op, Loop):
                self.into.update((end, op.results) for end in loop_ends(op))
        self._block(self.function.block, _NOTHING)

    def _block(self, block: Block, known: Known) -> None:
        for op in block.ops:
            self.known[op] = known
            if isinstance(op, If):
                known = self._branch(op, known)
            elif isinstance(op, Loop):
                self._loop(op, known)
            read = read_of(op)
            if read is not None:
                known |= {read}

    def _branch(self, op: If, known: Known) -> Known:
        """What is known behind a branch: where one side never ends, what the condition says on the other."""
        if not plain_branch(op):
            for block in op.blocks():
                self._block(block, known)
            return known
        sides = [(op.then, known | self.implied(op.cond, True)), (op.orelse, known | self.implied(op.cond, False))]
        for block, inside in sides:
            self._block(block, inside)
        going_on = [inside for block, inside in sides if isinstance(block.ops[-1], Yield)]
        return going_on[0] if len(going_on) == 1 else known

    def _loop(self, op: Loop, known: Known) -> None:
        if isinstance(op, While):
            self._block(op.cond, known)
            heads = dict(zip(op.cond.params, op.carried))
            known |= {heads.get(v, v) for v in self.implied(op.cond.terminator.values[0], True)}
        self._block(op.body, known)

    def implied(self, test: Atom, truth: bool, depth: int = _DEPTH) -> Known:
        """The values that are not None where `test` came out as `truth`."""
        if not isinstance(test, Value) or depth == 0:
            return _NOTHING
        op, k = self._made.get(test, (None, 0))
        found: Known = frozenset({test}) if truth and isinstance(test.type, TupleType) else _NOTHING
        if isinstance(op, Apply) and op.prim in ("not", "bool"):
            return found | self.implied(op.args[0], truth == (op.prim == "bool"), depth - 1)
        if isinstance(op, Apply) and op.prim == "is_sequence" and truth:
            return found | {a for a in op.args if isinstance(a, Value)}
        if op is not None and (none := test_of_none(op)) is not None and none[1] != truth:
            return found | {none[0]}
        if op is not None and isinstance(op, If) and plain_branch(op):
            return found | self._merged(op, k, truth, depth - 1)
        return found

    def _merged(self, op: If, k: int, truth: bool, depth: int) -> Known:
        """What `and` and `or` imply, which are branches: what holds on every side that can give `truth`."""
        found: list[Known] = []
        for block, side in ((op.then, True), (op.orelse, False)):
            end = block.ops[-1]
            passed = end.operands()[k] if isinstance(end, Yield) else Const(not truth)
            if not (isinstance(passed, Const) and bool(passed.value) != truth):
                found.append(self.implied(op.cond, side, depth) | self.implied(passed, truth, depth))
        return frozenset.intersection(*found) if found else _NOTHING


def passes(op: Op, into: dict[Op, list[Value]]) -> list[tuple[int, Value]]:
    """The positions of an operation's operands that flow into merges, and the merges."""
    if isinstance(op, Loop):
        first = len(op.operands()) - len(op.inits)
        return [(first + k, target) for k, target in enumerate(op.carried)]
    return list(enumerate(into.get(op, ()))) if isinstance(op, Terminator) else []
