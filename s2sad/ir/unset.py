"""May a name that is merged be unset?  What a flag says about the path that was taken is used::

    for v in values:                # y is set where the loop is left by the break, and there `broke` is True,
        if v > limit:               # so below it is set on both paths
            y = v
            broke = True
            break
    if not broke:
        y = limit

The front end tests a name that may be unset where it is read, ``require_set(y, 'y')``; whether it has a value is then
part of what the program means, so no pass may give it one on a path where it has none (`tested`).
"""

from __future__ import annotations

from typing import Any

from s2sad.ir.trace import (
    Apply,
    Atom,
    Break,
    Const,
    Function,
    If,
    Loop,
    Terminator,
    Undefined,
    Value,
    While,
    Yield,
    loop_ends,
    passed_on,
    plain_branch,
    walk,
)

_DEPTH = 20


def unset_message(name: str) -> str:
    """Python's words for reading a local variable that has no value."""
    return f"cannot access local variable {name!r} where it is not associated with a value"


class Unset:
    """The merged values of one function that may be unset, noted in program order."""

    def __init__(self) -> None:
        self.values: set[Value] = set()
        self.made: dict[Value, tuple[If | Loop, int]] = {}
        self.negations: dict[Value, Atom] = {}

    def possible(self, binding: Any) -> bool:
        """Whether a binding may be unset."""
        return isinstance(binding, Undefined) or binding in self.values

    def note(self, result: Value, sources: list[Any], op: If | Loop | None = None, k: int = 0) -> None:
        """Record a merge (result k of `op`) of bindings, without those that `where` rules out."""
        if op is not None:
            self.made[result] = (op, k)
        if any(map(self.possible, sources)):
            self.values.add(result)

    def where(self, binding: Any, test: Atom, truth: bool, depth: int = _DEPTH) -> bool:
        """Whether a binding may be unset on a path on which `test` came out as `truth`."""
        if not self.possible(binding):
            return False
        if not isinstance(test, Value) or not isinstance(binding, Value) or depth == 0:
            return self.may_be(test, truth, depth)
        if test in self.negations:
            return self.where(binding, self.negations[test], not truth, depth)
        op, j = self.made.get(test, (None, 0))
        other, k = self.made.get(binding, (None, 0))
        if isinstance(other, If) and plain_branch(other) and other.cond is test:
            end = (other.then if truth else other.orelse).terminator
            return isinstance(end, Yield) and self.where(end.values[k], test, truth, depth - 1)
        if isinstance(op, If) and op is not other and plain_branch(op):
            sides = [(block.terminator, block is op.then) for block in op.blocks()]
            return any(isinstance(end, Yield) and self.may_be(end.values[j], truth, depth - 1)
                       and self.where(binding, op.cond, taken, depth - 1) for end, taken in sides)
        if op is None or op is not other:
            return True
        return any(self.where(values[k], _steady(op, values[j], j), truth, depth - 1) for values in _sources(op))

    def may_be(self, test: Atom, truth: bool, depth: int) -> bool:
        """Whether a flag may come out as `truth` on some path."""
        if isinstance(test, Const):
            return bool(test.value) is truth
        op, k = self.made.get(test, (None, 0)) if isinstance(test, Value) else (None, 0)
        if op is None or depth == 0:
            return True
        return any(self.may_be(_steady(op, values[k], k), truth, depth - 1) for values in _sources(op))


def endless(op: Loop) -> bool:
    """Whether a loop is left by its exits only."""
    test = op.cond.ops[-1].operands()[0] if isinstance(op, While) else None
    return isinstance(test, Const) and bool(test.value)


def leaving(op: Loop) -> list[list[Atom]]:
    """What a loop may leave with, one list for each way out."""
    if endless(op):
        return [list(end.values) for end in loop_ends(op) if isinstance(end, Break)]
    return [list(op.inits), *(list(end.values) for end in loop_ends(op))]


def _sources(op: If | Loop) -> list[list[Atom]]:
    if isinstance(op, Loop):
        return leaving(op)
    ends: list[Terminator] = [b.terminator for b in op.blocks()]
    return [list(end.values) for end in ends if isinstance(end, Yield)]


def _steady(op: If | Loop, flag: Atom, k: int) -> Atom:
    """The literal that a carried flag keeps until the loop is left."""
    if not isinstance(op, Loop) or flag is not op.carried[k]:
        return flag
    init = op.inits[k]
    back = [end.values[k] for end in loop_ends(op) if not isinstance(end, Break)]
    return init if isinstance(init, Const) and all(a is flag or a == init for a in back) else flag


def tested(function: Function) -> set[Value]:
    """The values whose being unset is tested, here or after further merges."""
    pending = [a for op in walk(function.block) if isinstance(op, Apply) and op.prim == "require_set"
               for a in op.args if isinstance(a, Value)]
    if not pending:
        return set()
    into: dict[Value, list[Value]] = {}
    for op in walk(function.block):
        if isinstance(op, If):
            for k, result in enumerate(op.results):
                into[result] = [a for a in passed_on(op, k) if isinstance(a, Value)]
        elif isinstance(op, Loop):
            ends = [end.operands() for end in loop_ends(op)]
            heads = op.cond.params if isinstance(op, While) else op.carried
            for k, same in enumerate(zip(op.carried, op.results, heads)):
                sources = [a for a in (op.inits[k], *(end[k] for end in ends)) if isinstance(a, Value)]
                into.update((value, [*sources, *same]) for value in same)
    found: set[Value] = set()
    while pending:
        value = pending.pop()
        if value not in found:
            found.add(value)
            pending += into.get(value, ())
    return found
