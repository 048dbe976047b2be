"""Rows of the rule table: what one primitive's derivative is, both modes from one row.

A row states mathematics only.  Broadcasting, zeros, accumulation, dtype and complex
conjugation are the transforms' job: a row's vjp may return an adjoint of the broadcast
shape, and the transform brings it to the operand's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.signature import Signature
from s2sad.ir.trace import Atom
from s2sad.ir.types import Type
from s2sad.rules.raising import Raises, default

# (operands, attributes) -> type of each result
TypeRule = Callable[[Sequence[Atom], dict[str, Any]], list[Type]]
# partial(F, result, *operands) -> the partial derivative, elementwise, or None for 1
Partial = Callable[..., "Term | None"]


@dataclass(frozen=True)
class Row:
    """One primitive.

    kind
        ``elementwise``: `partials[k]` gives dy/d(operand k) pointwise.
        ``linear``: linear in the operands `active`; `vjp[k]` is the transpose, the tangent is
        the primitive itself applied to the tangent (with the other operands unchanged).
        ``bilinear``: linear in each of the operands `active`; `vjp[k]` as above.
        ``general``: `jvp[k]` and `vjp[k]` for each of `active`.
        ``zero``: real-valued with zero derivative (floor, sign).
        ``nondifferentiable``: blocks activity (comparisons, argmax, int).
        ``structural``: handled by the transforms themselves (getitem, setitem, append, tuple …).
    partials, jvp, vjp
        by operand position.  ``vjp[k](F, g, y, *operands)`` returns the contribution to the adjoint
        of operand k, ``jvp[k](F, t, y, *operands)`` the contribution of its tangent t; `y` is the
        primitive's result.  All arguments are `Term`s, so formulas are written with operators.
        A variadic primitive has the one entry -1, called with the operand's position as keyword `k`.
    """

    signature: Signature
    kind: str
    active: tuple[int, ...] = ()
    partials: dict[int, Partial] = field(default_factory=dict)
    jvp: dict[int, Callable[..., Term]] = field(default_factory=dict)
    vjp: dict[int, Callable[..., Term]] = field(default_factory=dict)
    types: TypeRule = field(kw_only=True)
    doc: str = ""
    # Open intervals of the operands on which the row is differentiable and tested; (-inf, inf) if absent.
    domain: dict[int, tuple[float, float]] = field(default_factory=dict)
    # Whether an application may fail for its operands' values; None for what is usual in its library.
    raises: Raises | None = None

    def may_raise(self, args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
        """Whether an application may fail for its operands' values."""
        return (self.raises or default(self.name))(args, attrs)

    @property
    def name(self) -> str:
        return self.signature.name

    @property
    def differentiable(self) -> bool:
        return self.kind not in ("zero", "nondifferentiable")

    def formulas(self, builder: Any, table: Table) -> Formulas:
        library = self.name.partition(".")[0] if "." in self.name else "np"
        return Formulas(builder, library, table.__contains__)


class Table:
    """The rule table: rows by primitive key.  Complete after import; users add to a copy."""

    def __init__(self, rows: dict[str, Row] | None = None) -> None:
        self.rows: dict[str, Row] = dict(rows or {})

    def add(self, row: Row) -> None:
        if row.name in self.rows:
            raise ValueError(f"a row for {row.name!r} exists already")
        self.rows[row.name] = row

    def __contains__(self, key: str) -> bool:
        return key in self.rows

    def __getitem__(self, key: str) -> Row:
        return self.rows[key]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def signature(self, key: str) -> Signature:
        return self.rows[key].signature

    def infer(self, key: str, args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
        return self.rows[key].types(args, attrs)
