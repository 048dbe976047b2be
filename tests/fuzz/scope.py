"""The variables that a random program has at a point, and which of them may share memory.

Memory is followed coarsely: variables whose buffers may ever overlap are in one class.  A class that holds memory of
a caller that is not to be written is `locked`; one that is stored into is `stored`; no class may be both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fuzz.kinds import Kind, holds_memory


@dataclass(eq=False)
class Memory:
    """One class of memory; `find` gives what it was merged into."""

    locked: bool = False
    stored: bool = False
    origins: set[str] = field(default_factory=set)  # the parameters whose memory it may be
    into: Memory | None = None

    def find(self) -> Memory:
        here = self
        while here.into is not None:
            here = here.into
        return here

    def may_store(self) -> bool:
        return not self.find().locked

    def store(self) -> None:
        here = self.find()
        assert not here.locked
        here.stored = True

    def may_merge(self, other: Memory) -> bool:
        a, b = self.find(), other.find()
        return not ((a.locked or b.locked) and (a.stored or b.stored))

    def merge(self, other: Memory) -> Memory:
        a, b = self.find(), other.find()
        if a is not b:
            assert self.may_merge(other)
            a.locked |= b.locked
            a.stored |= b.stored
            a.origins |= b.origins
            b.into = a
        return a


@dataclass(eq=False)
class Variable:
    name: str
    kind: Kind
    memory: Memory = field(default_factory=Memory)
    fixed: bool = False  # not to be assigned: a loop variable, a parameter that sizes something

    @property
    def may_store(self) -> bool:
        return holds_memory(self.kind) and self.memory.may_store()


class Scope:
    """The variables with a value on every way to here."""

    def __init__(self, variables: list[Variable] | None = None) -> None:
        self.variables = list(variables or [])

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def add(self, variable: Variable) -> Variable:
        self.variables = [v for v in self.variables if v.name != variable.name] + [variable]
        return variable

    def remove(self, variable: Variable) -> None:
        self.variables.remove(variable)

    def having(self, test: Callable[[Variable], bool]) -> list[Variable]:
        return [v for v in self.variables if test(v)]

    @contextmanager
    def inner(self) -> Iterator[None]:
        """Variables that are added within are gone afterwards: the block may not run."""
        before = list(self.variables)
        yield
        names = {v.name for v in self.variables}
        self.variables = [v for v in before if v.name in names]
