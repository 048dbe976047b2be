"""Values that share a variable: live ranges united where the program merges values.

Before: a loop with ``y = x`` carried as `y.1`, yielding `y.2`, resulting in `y.3`.
After: one class {y.1, y.2, y.3}, so that the loop reads ``y = x; for …: y = f(y)`` without a copy.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from s2sad.backend.definitions import Definitions
from s2sad.backend.liveness import Liveness, Segment
from s2sad.ir.trace import Atom, Block, Break, Continue, If, Loop, Value, While, Yield, walk

_ATTEMPTS = 12


class Variable:
    """A class of values printed under one name."""

    __slots__ = ("members", "name", "parameter", "segments", "text")

    def __init__(self, value: Value, segments: list[Segment], parameter: bool) -> None:
        self.members = [value]
        self.name = value.name
        self.segments = segments
        self.parameter = parameter
        # The name finally printed.
        self.text = ""

    @property
    def start(self) -> int:
        return self.segments[0][0]

    def interferes(self, other: Variable) -> bool:
        """Whether the two are live at the same time."""
        few, many = sorted((self.segments, other.segments), key=len)
        for start, end in few:
            at = bisect_left(many, (start, start))
            if at < len(many) and many[at][0] < end:
                return True
            if at and many[at - 1][1] > start:
                return True
        return False

    def absorb(self, other: Variable) -> None:
        self.members += other.members
        self.name = self.name if self.name is not None else other.name
        self.parameter = self.parameter or other.parameter
        for segment in other.segments:
            insort(self.segments, segment)


def merges(block: Block, loop: Loop | None = None, targets: list[Value] | None = None,
           ) -> Iterator[tuple[Value, Atom]]:
    """(merged value, incoming value) for every loop entry, iteration, exit and branch, in program order."""
    for op in block.ops:
        if isinstance(op, If):
            yield from merges(op.then, loop, op.results)
            yield from merges(op.orelse, loop, op.results)
        elif isinstance(op, Loop):
            yield from zip(op.carried, op.inits)
            yield from merges(op.body, op, op.carried)
            if isinstance(op, While):
                yield from merges(op.cond, op, [])
        elif isinstance(op, Yield):
            yield from zip(targets or [], op.values)
        elif isinstance(op, (Break, Continue)) and loop is not None:
            yield from zip(loop.carried, op.values)


class Classes:
    """Partition of the printed values of a function into variables."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        live = Liveness(definitions)
        params = set(definitions.function.values)
        self.of: dict[Value, Variable] = {
            value: Variable(value, segments, value in params)
            for value, segments in live.segments.items() if not value.inline}
        self._loops()
        self._merges(anonymous=False)
        self._merges(anonymous=True)
        self._same_name()

    @property
    def variables(self) -> list[Variable]:
        """In order of first appearance."""
        return sorted(dict.fromkeys(self.of.values()), key=lambda v: v.start)

    def _unite(self, a: Variable, b: Variable) -> None:
        if a is b:
            return
        if len(a.members) < len(b.members):
            a, b = b, a
        a.absorb(b)
        for member in b.members:
            self.of[member] = a

    def _loops(self) -> None:
        """What a loop carries is one variable from entry to result."""
        for op in walk(self.definitions.function.block):
            if isinstance(op, Loop):
                heads = op.cond.params if isinstance(op, While) else op.carried
                for param, head, result in zip(op.carried, heads, op.results):
                    for value in (head, result):
                        if value in self.of:
                            self._unite(self.of[param], self.of[value])

    def _merges(self, anonymous: bool) -> None:
        for target, source in merges(self.definitions.function.block):
            if not isinstance(source, Value) or source not in self.of or target not in self.of:
                continue
            a, b = self.of[target], self.of[source]
            if a is b:
                continue
            agree = b.name is None if anonymous else a.name == b.name
            if agree and not (a.parameter and b.parameter) and not a.interferes(b):
                self._unite(a, b)

    def _same_name(self) -> None:
        """Unrelated values of one user variable share it again where their lives allow."""
        by_name: dict[str, list[Variable]] = {}
        for variable in self.variables:
            if variable.name is None:
                continue
            group = by_name.setdefault(variable.name, [])
            for at in [*range(min(1, len(group))), *range(max(1, len(group) - _ATTEMPTS), len(group))]:
                other = group[at]
                if not (other.parameter and variable.parameter) and not other.interferes(variable):
                    self._unite(other, variable)
                    group[at] = self.of[other.members[0]]
                    break
            else:
                group.append(variable)
