"""The table of constructs: what the generator can write, by name, with how often it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.writer import Writer

Statement = Callable[["Writer"], bool]


@dataclass(frozen=True)
class Construct:
    """`write` adds a statement and returns True, or finds nothing to apply to and returns False."""

    name: str
    weight: float
    write: Statement
    nests: bool  # has blocks of its own


REGISTRY: dict[str, Construct] = {}
# Constructs that are no statements: within expressions, of inputs, of a whole program.
NAMES: set[str] = set()


def statement(name: str, weight: float = 1.0, nests: bool = False) -> Callable[[Statement], Statement]:
    """Enter a function that writes a statement into the table."""

    def enter(write: Statement) -> Statement:
        assert name not in REGISTRY
        REGISTRY[name] = Construct(name, weight, write, nests)
        NAMES.add(name)
        return write

    return enter


def feature(*names: str) -> None:
    """Names for constructs that are no statements."""
    NAMES.update(names)
