"""What is being written: functions with their frames, blocks, and the choice of the next statement."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fuzz import constructs
from fuzz.kinds import FLOAT, INT, Array, Float, Int, Kind, holds_memory
from fuzz.scope import Memory, Scope, Variable

DEEPEST = 4  # blocks within blocks


@dataclass(frozen=True)
class Options:
    """How large programs are, and which constructs they have: none of `without`, surely those of `only`."""

    size: int = 10
    without: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()


@dataclass
class Frame:
    """The function that is being written."""

    result: Kind | str | None  # a kind; None for a procedure; "any" where no return may be written yet
    scope: Scope = field(default_factory=Scope)
    lines: list[str] = field(default_factory=list)
    indent: int = 1
    loops: list[str] = field(default_factory=list)  # kinds of the loops that the next line is in
    helper: bool = False
    may_return: bool = True
    gives: list[Memory] = field(default_factory=list)


class Writer:
    """Writes one program.  Constructs are functions that take the writer; see `constructs`."""

    def __init__(self, seed: int, options: Options) -> None:
        self.random = random.Random(seed)
        self.options = options
        self.constructs: set[str] = set()
        self.budget = options.size
        self.module: list[str] = []  # functions and classes before the main one
        self.imports: set[str] = set()
        self.frame = Frame(None)
        self._number = 0

    # -- text ---------------------------------------------------------------------------------

    def emit(self, text: str) -> None:
        self.frame.lines.append("    " * self.frame.indent + text)

    def fresh(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number}"

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def choose(self, items: Sequence[str]) -> str:
        return self.random.choice(items)

    # -- constructs ---------------------------------------------------------------------------

    def allows(self, name: str, probability: float = 1.0) -> bool:
        """Whether a construct that is no statement of its own is to be written here; if so it counts as written."""
        assert name in constructs.NAMES, name
        if name in self.options.without:
            return False
        if name in self.options.only:
            probability = max(probability, 0.5)
        if not self.chance(probability):
            return False
        self.constructs.add(name)
        return True

    def note(self, name: str) -> None:
        assert name in constructs.NAMES, name
        self.constructs.add(name)

    # -- variables ----------------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        return self.frame.scope

    @property
    def at_top(self) -> bool:
        """Whether the next line runs exactly once in each call."""
        return self.frame.indent == 1 and not self.frame.loops

    def define(self, prefix: str, kind: Kind, memory: Memory | None = None) -> Variable:
        return self.scope.add(Variable(self.fresh(prefix), kind, memory or Memory()))

    def pick(self, test: Callable[[Variable], bool]) -> Variable | None:
        found = self.scope.having(test)
        if not found:
            return None
        # Recent ones more often: programs whose statements have to do with each other.
        return self.random.choice(found[-3:] if self.chance(0.4) else found)

    def floats(self, assignable: bool = False) -> list[Variable]:
        return self.scope.having(lambda v: isinstance(v.kind, Float) and not (assignable and v.fixed))

    def ints(self) -> list[Variable]:
        return self.scope.having(lambda v: isinstance(v.kind, Int))

    def array(self, shape: tuple[int, ...] | None = None, store: bool = False, rank: int | None = None,
              ) -> Variable | None:
        """An array of floats, of a shape or rank; `store`: one that may be stored into."""
        def fits(v: Variable) -> bool:
            return (isinstance(v.kind, Array) and v.kind.is_float and v.kind.rank > 0
                    and (shape is None or v.kind.shape == shape) and (rank is None or v.kind.rank == rank)
                    and (not store or v.may_store))
        return self.pick(fits)

    def rebound(self, variable: Variable, memory: Memory) -> bool:
        """The variable is assigned a reference to that memory; False (and nothing done) where it may not be."""
        if not holds_memory(variable.kind):
            return True
        if self.at_top:
            variable.memory = memory
            return True
        if not variable.memory.may_merge(memory):
            return False
        variable.memory.merge(memory)
        return True

    # -- blocks -------------------------------------------------------------------------------

    @contextmanager
    def block(self, loop: str | None = None) -> Iterator[None]:
        """An indented block, of a loop or not; what is defined in it is gone afterwards."""
        frame = self.frame
        frame.indent += 1
        if loop:
            frame.loops.append(loop)
        length = len(frame.lines)
        with frame.scope.inner():
            yield
        if len(frame.lines) == length:
            self.emit("pass")
        if loop:
            frame.loops.pop()
        frame.indent -= 1

    @contextmanager
    def function(self, frame: Frame) -> Iterator[Frame]:
        """Write another function meanwhile."""
        before, self.frame = self.frame, frame
        yield frame
        self.frame = before

    def statements(self, most: int) -> None:
        """Between one and `most` statements, as long as the budget lasts."""
        for _ in range(self.random.randint(1, most)):
            if self.budget <= 0:
                return
            self.statement()

    def statement(self) -> None:
        """One statement of a random construct."""
        for _ in range(20):
            construct = self._construct()
            self.budget -= 1
            if construct.write(self):
                self.constructs.add(construct.name)
                return
            self.budget += 1

    def _construct(self) -> constructs.Construct:
        deep = self.frame.indent > DEEPEST
        table = [c for c in constructs.REGISTRY.values()
                 if c.name not in self.options.without and not (deep and c.nests)]
        weights = [c.weight * (20.0 if c.name in self.options.only else 1.0) for c in table]
        return self.random.choices(table, weights)[0]


def parameters(writer: Writer) -> list[Variable]:
    """Two floats and a count, for a function of its own."""
    return [Variable("p", FLOAT), Variable("q", FLOAT), Variable("m", INT, fixed=True)]
