"""Where the order of the primal's error and the derivative's shows.

What has a value has a derivative without errors; but where the logarithm of 0 is a ``ValueError``, its derivative
divides by zero, and the primal's error has to come first::

    y_dot = truediv(x_dot, x)            y = math.log(x, None)        ValueError, as without the tangent
    y = math.log(x, None)                y_dot = truediv(x_dot, x)

Elsewhere both raise the same (``x / n`` and ``x_dot / n``), and any order will do.
"""

from __future__ import annotations

from collections.abc import Mapping

from s2sad.ir.trace import Apply, Atom, Const, Op, Value
from s2sad.rules.row import Table

# Functions with a ``ValueError`` where their derivative has a ``ZeroDivisionError``.
_OUTSIDE = frozenset(f"math.{name}" for name in (
    "log", "log2", "log10", "log1p", "atanh", "fmod", "remainder", "pow", "gamma", "lgamma"))
_DIVISIONS = frozenset({"truediv", "floordiv", "mod", "pow"})


def fails_otherwise(op: Op) -> bool:
    """Whether an operation and its derivative may raise different errors."""
    return isinstance(op, Apply) and op.prim in _OUTSIDE


def divides(op: Op, table: Table, definition: Mapping[Value, Op]) -> bool:
    """Whether an operation may divide by zero; `definition` tells which divisors are chosen not to be 0."""
    return isinstance(op, Apply) and op.prim in _DIVISIONS and table[op.prim].may_raise(op.args, op.attrs) \
        and not _chosen(op.args[1], definition)


def _chosen(divisor: Atom, definition: Mapping[Value, Op]) -> bool:
    """``select(ne(d, 0.0), d, inf)``."""
    chosen = definition.get(divisor) if isinstance(divisor, Value) else None
    if not isinstance(chosen, Apply) or chosen.prim != "select":
        return False
    test = definition.get(chosen.args[0]) if isinstance(chosen.args[0], Value) else None
    return isinstance(test, Apply) and test.prim == "ne" and test.args[0] is chosen.args[1] \
        and test.args[1] == Const(0.0)
