"""Operators and built-in functions of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import UNKNOWN, ListType, Num, Type
from s2sad.rules.declare import bilinear, choose, elementwise, nondifferentiable, or_inf, rows, zero
from s2sad.rules.linear_algebra import matmul_x, matmul_y
from s2sad.rules.raising import divides, empty, raises_to_power
from s2sad.rules.type_shapes import length_of_sum
from s2sad.rules.types import (
    add_type,
    arithmetic,
    comparison,
    division,
    fixed,
    matmul_type,
    mod_type,
    mul_type,
    number,
    power,
)


def power_by_base(F: Formulas, z: Term, x: Term, y: Term) -> Term:
    """d(x**y)/dx: ``2.0 * x``, ``3.0 * x ** 2``, ``y * x ** (y - 1)``; finite also at x = 0."""
    if isinstance(y.atom, Const) and isinstance(y.atom.value, (int, float)):
        return _power_by_base_constant(F, z, x, y.atom.value)
    whole = isinstance(y.type, Num) and y.type.kind == "int"
    one: float = 1 if whole else 1.0
    regular = F.bitor(F.ne(x, 0.0), F.ge(y, one))
    if number(x.type).is_array and number(y.type).is_scalar:
        return y * F.where(regular, x, 1.0) ** (y - one) * regular
    return y * x ** choose(F, regular, y - one, one)


def _power_by_base_constant(F: Formulas, z: Term, x: Term, n: float) -> Term:
    if n == 0:
        return F.term(0.0)
    if n == 1:
        return F.term(1.0)
    if n == 2:
        return 2.0 * x
    if n < 0:
        return float(n) * z / x
    if n < 1:
        return float(n) * z / or_inf(F, x)
    return float(n) * x ** (n - 1)


def power_by_exponent(F: Formulas, z: Term, x: Term, y: Term) -> Term:
    """d(x**y)/dy: ``z * log(x)``, and 0 where x is 0 or negative (there x**y is isolated in y)."""
    base = choose(F, F.gt(x, 0.0), x, 1.0)
    scalar = isinstance(x.type, Num) and x.type.is_scalar and x.type.dtype is None
    log = Formulas(F.builder, "math", F.known).log if scalar else F.log
    return z * log(base)


def sign(F: Formulas, x: Term) -> Term:
    """The sign of x, 0 at 0; without NumPy for scalars."""
    if isinstance(x.type, Num) and x.type.is_scalar:
        return choose(F, F.gt(x, 0.0), 1.0, choose(F, F.lt(x, 0.0), -1.0, 0.0))
    return F.sign(x)


def _abs_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    (result,) = arithmetic(args, attrs)
    if isinstance(result, Num) and result.kind == "complex":
        return [Num("float", _real(result.dtype), result.shape)]
    return [result]


def _real(dtype: str | None) -> str | None:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "")


def _pick(which: str) -> Callable[..., Term]:
    """Partial derivative of the variadic max or min by operand k: 1 where it is the first that equals the result."""

    def partial(F: Formulas, y: Term, *xs: Term, k: int) -> Term:
        if len(xs) == 1:
            raise UnsupportedError(f"the derivative of {which} of one sequence", hint=f"use np.{which} of an array")
        if len(xs) == 2:
            first = F.ge(*xs) if which == "max" else F.le(*xs)
            return choose(F, first, *((1.0, 0.0) if k == 0 else (0.0, 1.0)))
        result = choose(F, F.eq(xs[k], y), 1.0, 0.0)
        for earlier in reversed(xs[:k]):
            result = choose(F, F.eq(earlier, y), 0.0, result)
        return result

    return partial


def _max_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    if len(args) == 1:
        t = args[0].type
        return [t.item if isinstance(t, ListType) else UNKNOWN]
    return arithmetic(args, attrs)


def _sum_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    (result,) = add_type(args, attrs)
    return [length_of_sum(result, args, 1) if isinstance(result, Num) else result]


def _difference_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    (result,) = arithmetic(args, attrs)
    return [length_of_sum(result, args, -1) if isinstance(result, Num) else result]


ARITHMETIC = rows(
    elementwise("z = add(x, y)", x="1", y="1", types=_sum_types),
    elementwise("z = sub(x, y)", x="1", y="-1.0", types=_difference_types),
    elementwise("z = mul(x, y)", x="y", y="x", types=mul_type),
    elementwise("z = truediv(x, y)", x="1.0 / y", y="-z / y", types=division, domain={"y": (0.3, 4.0)}, raises=divides),
    elementwise("z = pow(x, y)", x=power_by_base, y=power_by_exponent, types=power, domain={"x": (0.2, 3.0)},
                raises=raises_to_power),
    elementwise("z = mod(x, y)", x="1", y="-floordiv(x, y)", types=mod_type, domain={"y": (0.3, 4.0)},
                raises=divides),
    elementwise("y = neg(x)", x="-1.0", types=arithmetic),
    elementwise("y = pos(x)", x="1", types=arithmetic),
    elementwise("y = abs(x)", x=lambda F, y, x: sign(F, x), types=_abs_types),
    zero("z = floordiv(x, y)", types=arithmetic, raises=divides),
    bilinear("z = matmul(x, y)", types=matmul_type, x=matmul_x, y=matmul_y),
)

SELECTION = rows(
    elementwise("y = max(*xs)", xs=_pick("max"), types=_max_types, raises=empty,
                doc="The first of equals, as Python picks it.  One operand (a sequence) is handled structurally."),
    elementwise("y = min(*xs)", xs=_pick("min"), types=_max_types, raises=empty),
)

COMPARISONS = rows(
    *(nondifferentiable(f"z = {name}(x, y)", types=comparison) for name in ("lt", "le", "gt", "ge", "eq", "ne")),
    *(nondifferentiable(f"z = {name}(x, y)", types=fixed(Num("bool", None, ())))
      for name in ("is", "is_not", "in", "not_in")),
)
