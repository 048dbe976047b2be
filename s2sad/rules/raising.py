"""Which operations may fail for their operands' values: division by zero, a logarithm of zero, a missing index.

What the primal raises, code that returns the primal's value raises too, though nobody needs the operation's own value::

    z = truediv(x, n)        may raise: n may be 0          z = truediv(A, n)      never: NumPy gives inf
    z = math.log(x, None)    may raise                      z = truediv(x, 2.0)    never

What depends on types alone (a string that is added to a number) and on sizes that do not fit is not told here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import NONE, SLICE, Num, TupleType, Type

# (operands, attributes) -> may this application raise?
Raises = Callable[[Sequence[Atom], dict[str, Any]], bool]


def never(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    return False


def always(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    return True


# Of `math` and `np.linalg`: what has a value for all numbers, and for all matrices.
_TOTAL = frozenset(
    "math.tanh math.asinh math.atan math.atan2 math.cbrt math.copysign math.degrees math.radians math.erf math.erfc "
    "math.fabs math.gcd math.hypot math.isfinite math.isinf math.isnan math.lcm math.ulp "
    "np.linalg.det np.linalg.norm np.linalg.slogdet".split())


def default(name: str) -> Raises:
    """The functions of `math` have domains and overflow; those of NumPy give nan and inf, but for linear algebra."""
    return always if name.startswith(("math.", "np.linalg.")) and name not in _TOTAL else never


def divides(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``x / y``, ``x // y``, ``x % y`` of Python's own numbers, whose divisor may be 0."""
    return not _nonzero(args[1]) and _python(args)


def raises_to_power(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``x ** y``: 0.0 ** -1, overflow of floats; NumPy's integers have no negative powers."""
    base, exponent = args
    if isinstance(exponent, Const) and exponent.value in (0, 1):
        return False
    whole = isinstance(base.type, Num) and base.type.kind in ("int", "bool")
    natural = isinstance(exponent, Const) and isinstance(exponent.value, int) and exponent.value >= 0
    if whole:
        return not natural and (_python(args) or not _is_float(exponent.type))
    return _python(args)


def shifts(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``x << n``: n may be negative."""
    count = args[1]
    return not (isinstance(count, Const) and isinstance(count.value, int) and count.value >= 0) and _python(args)


def not_a_number(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``float(x)``: fails for texts only."""
    return not (isinstance(args[0].type, Num) or (isinstance(args[0], Const) and not isinstance(args[0].value, str)))


def not_whole(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``int(x)`` and ``round(x)``: fail for nan, inf and texts."""
    kind = args[0].type
    if len(args) > 1 and not (isinstance(args[1], Const) and args[1].value is None):
        return False
    return not (isinstance(kind, Num) and kind.kind in ("int", "bool"))


def empty(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``max(xs)``: xs may be empty."""
    return len(args) == 1


def steps(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``np.arange(a, b, step)``: the step may be 0."""
    return len(args) > 2 and not ((isinstance(args[2], Const) and args[2].value is None) or _nonzero(args[2]))


def misses(args: Sequence[Atom], attrs: dict[str, Any]) -> bool:
    """``x[index]``: there may be no such item.  What a loop over x reads is `_present`."""
    return not attrs.get("_present") and _may_miss(args[0].type, args[1])


def _may_miss(container: Type, index: Atom) -> bool:
    kind = index.type
    if kind in (SLICE, NONE) or (isinstance(index, Const) and index.value is Ellipsis):
        return False
    if isinstance(kind, TupleType):
        return not all(item in (SLICE, NONE) for item in kind.items)
    length = _length(container)
    position = index.value if isinstance(index, Const) else None
    return not (length is not None and isinstance(position, int) and -length <= position < length)


def _length(container: Type) -> int | None:
    """The number of items, where it is known and cannot change."""
    if isinstance(container, TupleType):
        return len(container.items)
    known = container.shape[0] if isinstance(container, Num) and container.shape else None
    return known if isinstance(known, int) else None


def _python(args: Sequence[Atom]) -> bool:
    """Whether all operands may be Python's own numbers: one of NumPy's makes the operation NumPy's."""
    return not any(isinstance(a.type, Num) and (a.type.is_array or a.type.dtype is not None) for a in args)


def _nonzero(atom: Atom) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, (int, float, complex)) and atom.value != 0


def _is_float(kind: Type) -> bool:
    return isinstance(kind, Num) and kind.kind in ("float", "complex")
