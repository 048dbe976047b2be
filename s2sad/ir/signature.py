"""How a primitive is called and printed: the part of a rule row that needs no mathematics."""

from __future__ import annotations

from dataclasses import dataclass


class Required:
    """Marks a parameter without a default."""

    def __repr__(self) -> str:
        return "required"


REQUIRED = Required()


@dataclass(frozen=True)
class Argument:
    """One parameter of a primitive; `default` is REQUIRED or a literal value."""

    name: str
    default: object = REQUIRED
    keyword_only: bool = False


@dataclass(frozen=True)
class Signature:
    """Call signature of a primitive.

    `name` is its key in traces: an operator (``add``), a built-in (``abs``), ``math.sin``,
    ``np.sum``, or ``helper.unbroadcast`` for a function that the generated module defines at its
    foot, with `source` as its text.  A variadic primitive takes any number of leading operands before
    `arguments`.  `effect` marks what runs once, in order, and is never dropped or
    duplicated.  `mutates` is the position of the operand that is stored into, `view_of` the
    position of the operand that the (only) result may share memory with.  `fresh` marks
    results that are new memory which nothing else refers to.  `results` is their number, -1 for as many as there
    are operands.
    """

    name: str
    arguments: tuple[Argument, ...]
    variadic: bool = False
    results: int = 1
    effect: bool = False
    mutates: int | None = None
    view_of: int | None = None
    fresh: bool = True
    source: str | None = None

    @property
    def pure(self) -> bool:
        return not self.effect and self.mutates is None
