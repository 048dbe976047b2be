"""NumPy's elementwise functions that `math` does not share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import Num, Type
from s2sad.rules.declare import elementwise, general, linear, nondifferentiable, or_inf, rows, zero
from s2sad.rules.operators import power_by_base, power_by_exponent
from s2sad.rules.scalar import DEGREE, INF, RADIAN
from s2sad.rules.types import as_numpy, broadcast, combine, number, promote, ufunc, ufunc_bool, ufunc_exact

POSITIVE = {"x": (0.0, INF)}


def _first_exact(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return ufunc_exact(args[:1], attrs)


def _first_inexact(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return ufunc(args[:1], attrs)


def _real_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = as_numpy(number(args[0].type))
    if x.kind == "complex":
        real = {"complex64": "float32", "complex128": "float64"}.get(x.dtype or "")
        return [Num("float", real, x.shape)]
    return [x if x.kind is not None else Num(None, None, x.shape)]


def _where_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    c, a, b = (number(x.type) for x in args[:3])
    kind, dtype = promote([a, b])
    if dtype is None and a.is_scalar and b.is_scalar and kind is not None:
        dtype = combine([as_numpy(a), as_numpy(b)]).dtype
    return [Num(kind, dtype, broadcast([c.shape, a.shape, b.shape]))]


def _clip_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    bounds = [a.type for a in args[1:3] if not (isinstance(a, Const) and a.value is None)]
    return [as_numpy(combine([args[0].type, *bounds]))]


def _inside(F: Formulas, x: Term, low: Term, high: Term) -> Term:
    """Where x is not cut, the edges included."""
    conditions = []
    if not _is_none(low):
        conditions.append(F.ge(x, low))
    if not _is_none(high):
        conditions.append(F.le(x, high))
    if not conditions:
        return F.term(1.0)
    inside = conditions[0] if len(conditions) == 1 else F.bitand(*conditions)
    return inside


def _is_none(x: Term) -> bool:
    return isinstance(x.atom, Const) and x.atom.value is None


def _below(F: Formulas, y: Term, x: Term, low: Term, high: Term) -> Term:
    return F.lt(x, low)


def _above(F: Formulas, y: Term, x: Term, low: Term, high: Term) -> Term:
    return F.gt(x, high)


def _sinc(F: Formulas, y: Term, x: Term) -> Term:
    """d sinc/dx = (cos(pi x) - sinc(x)) / x, and 0 at 0."""
    pi = 3.141592653589793
    return (F.cos(pi * x) - y) / or_inf(F, x)


def _untouched(F: Formulas, y: Term, x: Term, *rest: Term) -> Term:
    return F.isfinite(x)


ARITHMETIC = rows(
    elementwise("z = np.add(x, y)", x="1", y="1", types=ufunc_exact),
    elementwise("z = np.subtract(x, y)", x="1", y="-1.0", types=ufunc_exact),
    elementwise("z = np.multiply(x, y)", x="y", y="x", types=ufunc_exact),
    *(elementwise(f"z = np.{name}(x, y)", x="1.0 / y", y="-z / y", domain={"y": (0.3, 4.0)})
      for name in ("divide", "true_divide")),
    elementwise("z = np.power(x, y)", x=power_by_base, y=power_by_exponent, types=ufunc_exact,
                domain={"x": (0.2, 3.0)}),
    elementwise("z = np.float_power(x, y)", x=power_by_base, y=power_by_exponent, domain={"x": (0.2, 3.0)}),
    elementwise("y = np.negative(x)", x="-1.0", types=ufunc_exact),
    elementwise("y = np.positive(x)", x="1", types=ufunc_exact),
    *(elementwise(f"z = np.{name}(x, y)", x="1", y="-floor_divide(x, y)", types=ufunc_exact, domain={"y": (0.3, 4.0)})
      for name in ("mod", "remainder")),
    elementwise("z = np.fmod(x, y)", x="1", y="-trunc(x / y)", types=ufunc_exact, domain={"y": (0.3, 4.0)}),
    zero("z = np.floor_divide(x, y)", types=ufunc_exact),
    elementwise("y = np.square(x)", x="2.0 * x", types=ufunc_exact),
    elementwise("y = np.reciprocal(x)", x="-y * y", types=ufunc_exact, domain={"x": (0.3, 4.0)}),
)

FUNCTIONS = rows(
    elementwise("y = np.log(x)", x="1.0 / x", domain=POSITIVE),
    elementwise("z = np.hypot(x, y)", x="x / or_inf(z)", y="y / or_inf(z)"),
    elementwise("z = np.logaddexp(x, y)", x="exp(x - z)", y="exp(y - z)"),
    elementwise("z = np.logaddexp2(x, y)", x="exp2(x - z)", y="exp2(y - z)"),
    elementwise("y = np.deg2rad(x)", x=DEGREE),
    elementwise("y = np.rad2deg(x)", x=RADIAN),
    elementwise("y = np.sinc(x)", x=_sinc),
    *(elementwise(f"y = np.{name}(x)", x="sign(x)", types=ufunc_exact) for name in ("abs", "absolute")),
    elementwise("z = np.copysign(x, y)", x="sign(x) * sign(z)", inactive=("y",)),
    elementwise("y = np.nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)", x=_untouched,
                types=_first_exact),
    linear("z = np.ldexp(x, i)", x="ldexp(g, i)", inactive=("i",), types=_first_inexact),
    elementwise("z = np.heaviside(x, y)", x="0.0", y="x == 0.0"),
)

SELECTION = rows(
    *(elementwise(f"z = np.{name}(x, y)", x="x >= y", y="x < y", types=ufunc_exact)
      for name in ("maximum", "fmax")),
    *(elementwise(f"z = np.{name}(x, y)", x="x <= y", y="x > y", types=ufunc_exact)
      for name in ("minimum", "fmin")),
    elementwise("y = np.clip(x, a_min, a_max)", x=lambda F, y, x, low, high: _inside(F, x, low, high),
                a_min=_below, a_max=_above, types=_clip_types),
    linear("z = np.where(condition, x, y)", x="where(condition, g, 0.0)", y="where(condition, 0.0, g)",
           inactive=("condition",), types=_where_types,
           doc="Selects, and so lets nothing of the branch not taken through, not even a NaN."),
)

STEPS = rows(
    *(zero(f"y = np.{name}(x)", types=ufunc_exact) for name in ("floor", "ceil", "trunc", "rint", "fix", "sign")),
    zero("y = np.round(x, decimals=0)", types=_first_exact),
    zero("y = np.around(x, decimals=0)", types=_first_exact),
    elementwise("z = np.nextafter(x, y)", x="1", inactive=("y",)),
    zero("y = np.spacing(x)"),
)

COMPLEX = rows(
    linear("y = np.real(x)", x="g", types=_real_types),
    general("y = np.imag(x)", jvp={"x": "imag(t)"}, vjp={"x": lambda F, g, y, x: 1j * g}, types=_real_types),
    general("y = np.conj(x)", jvp={"x": "conj(t)"}, vjp={"x": "conj(g)"}, types=ufunc_exact),
    general("y = np.conjugate(x)", jvp={"x": "conjugate(t)"}, vjp={"x": "conjugate(g)"}, types=ufunc_exact),
)

PREDICATES = rows(
    *(nondifferentiable(f"y = np.{name}(x)", types=ufunc_bool)
      for name in ("isnan", "isinf", "isfinite", "logical_not", "signbit", "iscomplex", "isreal", "isposinf",
                   "isneginf")),
    *(nondifferentiable(f"z = np.{name}(x, y)", types=ufunc_bool)
      for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_and",
                   "logical_or", "logical_xor")),
    nondifferentiable("z = np.isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)",
                      types=lambda args, attrs: ufunc_bool(args[:2], attrs)),
    *(nondifferentiable(f"z = np.{name}(x, y)", types=ufunc_exact)
      for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm")),
    nondifferentiable("y = np.invert(x)", types=ufunc_exact),
)
