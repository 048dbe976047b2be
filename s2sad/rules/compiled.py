"""Primitives that only code for Numba uses: `s2sad.lower` emits them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.trace import Atom
from s2sad.ir.types import Type
from s2sad.rules.declare import nondifferentiable, rows, structural
from s2sad.rules.types import same

GROWN = '''
def _grown(stack):
    """The stack with room for twice as many values."""
    larger = np.empty(2 * len(stack), dtype=stack.dtype)
    larger[:len(stack)] = stack
    return larger
'''.lstrip()

REQUIRE_SAME = '''
def _require_same(n, m):
    """Refuse lengths that differ where arrays are combined."""
    if n != m:
        raise ValueError("operands could not be broadcast together")
'''.lstrip()

REQUIRE_SOME = '''
def _require_some(n):
    """Refuse to take the greatest or the least of nothing."""
    if n == 0:
        raise ValueError("zero-size array to reduction operation which has no identity")
'''.lstrip()

REQUIRE_DIVISOR = '''
def _require_divisor(x):
    """Python's numbers are not divided by zero."""
    if x == 0:
        raise ZeroDivisionError("division by zero")
'''.lstrip()


def _nothing(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return []


COMPILED = rows(
    structural("y = helper.grown(stack)", types=same, source=GROWN),
    nondifferentiable("helper.require_same(n, m)", types=_nothing, effect=True, source=REQUIRE_SAME),
    nondifferentiable("helper.require_some(n)", types=_nothing, effect=True, source=REQUIRE_SOME),
    nondifferentiable("helper.require_divisor(x)", types=_nothing, effect=True, source=REQUIRE_DIVISOR),
)
