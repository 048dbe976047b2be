"""Values that share a variable: live ranges united where the program merges values.

Before: a loop with ``y = x`` carried as `y.1`, yielding `y.2`, resulting in `y.3`.
After: one class {y.1, y.2, y.3}, so that the loop reads ``y = x; for …: y = f(y)`` without a copy.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from s2sad.backend.definitions import Definitions
from s2sad.backend.liveness import Liveness, Segment
from s2sad.ir.trace import Atom, Block, Break, Continue, For, Function, If, Loop, Op, Value, While, Yield, walk

_ATTEMPTS = 12


class Variable:
    """A class of values printed under one name."""

    __slots__ = ("members", "name", "parameter", "segments", "text")

    def __init__(self, value: Value, name: str | None, segments: list[Segment], parameter: bool) -> None:
        self.members = [value]
        self.name = name
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


def merges(block: Block, loop: Loop | None = None, owner: Op | None = None) -> Iterator[tuple[Value, Atom, Op]]:
    """(merged value, incoming value, the branch or loop) for every way into a merge, in program order."""
    for op in block.ops:
        if isinstance(op, If):
            for inner in op.blocks():
                yield from merges(inner, loop, op)
        elif isinstance(op, Loop):
            yield from ((c, i, op) for c, i in zip(op.carried, op.inits))
            yield from merges(op.body, op, op)
        elif isinstance(op, Yield) and owner is not None:
            targets = owner.carried if isinstance(owner, Loop) else owner.defined()
            yield from ((t, v, owner) for t, v in zip(targets, op.values))
        elif isinstance(op, (Break, Continue)) and loop is not None:
            targets = loop.results if isinstance(op, Break) else loop.carried
            yield from ((t, v, loop) for t, v in zip(targets, op.values))


def index_names(definitions: Definitions) -> dict[Value, str]:
    """Loop indices that are read but have no name of their own: i, j, k by depth, avoiding the user's names."""
    function = definitions.function
    taken = {p.name for p in function.params} | {v.name for v in definitions.op}
    letters = [letter for letter in "ijklmnpq" if letter not in taken]
    letters += [f"i{k}" for k in range(len(definitions.indices) + 1)]
    found: dict[Value, str] = {}

    def visit(block: Block, depth: int) -> None:
        for op in block.ops:
            if isinstance(op, For) and op.index in definitions.uses and op.index.name in (None, "_"):
                found[op.index] = letters[depth]
            for inner in op.blocks():
                visit(inner, depth + isinstance(op, For))

    visit(function.block, 0)
    return found


def _defined(function: Function) -> Iterator[Value]:
    """Every value of a function, in program order."""
    yield from function.values
    for op in walk(function.block):
        yield from op.defined()
        for block in op.blocks():
            yield from block.params


class Classes:
    """Partition of the printed values of a function into variables."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        live = Liveness(definitions)
        params = set(definitions.function.values)
        indices = index_names(definitions)
        # In the order of the text: live ranges that begin together are found in no order.
        rank = {value: k for k, value in enumerate(_defined(definitions.function))}
        self.of: dict[Value, Variable] = {
            value: Variable(value, indices.get(value, value.name), segments, value in params)
            for value, segments in sorted(live.segments.items(), key=lambda item: rank[item[0]]) if not value.inline}
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
        for target, source, _ in merges(self.definitions.function.block):
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
