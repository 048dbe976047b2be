"""The real-valued functions of `math`, and those that NumPy has under the same definition."""

from __future__ import annotations

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Const
from s2sad.ir.types import BOOL, FLOAT, INT
from s2sad.rules.declare import Rows, elementwise, linear, nondifferentiable, or_inf, rows, zero
from s2sad.rules.operators import power_by_base, power_by_exponent, sign
from s2sad.rules.types import fixed

BOTH = ("math", "np")
INF = float("inf")
LN2 = "0.6931471805599453"
LN10 = "2.302585092994046"
TWO_OVER_SQRT_PI = "1.1283791670955126"
DEGREE = "0.017453292519943295"
RADIAN = "57.29577951308232"

SHARED = rows(
    elementwise("y = sin(x)", x="cos(x)", libraries=BOTH),
    elementwise("y = cos(x)", x="-sin(x)", libraries=BOTH),
    elementwise("y = tan(x)", x="1.0 + y ** 2", libraries=BOTH, domain={"x": (-1.2, 1.2)}),
    elementwise("y = sinh(x)", x="cosh(x)", libraries=BOTH),
    elementwise("y = cosh(x)", x="sinh(x)", libraries=BOTH),
    elementwise("y = tanh(x)", x="1.0 - y ** 2", libraries=BOTH),
    elementwise("y = exp(x)", x="y", libraries=BOTH),
    elementwise("y = expm1(x)", x="y + 1.0", libraries=BOTH),
    elementwise("y = exp2(x)", x=f"{LN2} * y", libraries=BOTH),
    elementwise("y = log2(x)", x=f"1.0 / ({LN2} * x)", libraries=BOTH, domain={"x": (0.0, INF)}),
    elementwise("y = log10(x)", x=f"1.0 / ({LN10} * x)", libraries=BOTH, domain={"x": (0.0, INF)}),
    elementwise("y = log1p(x)", x="1.0 / (1.0 + x)", libraries=BOTH, domain={"x": (-1.0, INF)}),
    elementwise("y = sqrt(x)", x="0.5 / or_inf(y)", libraries=BOTH, domain={"x": (0.0, INF)}),
    elementwise("y = cbrt(x)", x="1.0 / or_inf(3.0 * y ** 2)", libraries=BOTH, domain={"x": (0.0, INF)}),
    elementwise("y = degrees(x)", x=RADIAN, libraries=BOTH),
    elementwise("y = radians(x)", x=DEGREE, libraries=BOTH),
    elementwise("y = fabs(x)", x=lambda F, y, x: sign(F, x), libraries=BOTH),
)


def _inverse(library: str, a: str) -> Rows:
    """The inverse functions: ``math.asin`` and ``np.arcsin``, with their prefixes."""
    one = (-1.0, 1.0)
    return rows(
        elementwise(f"y = {library}.{a}sin(x)", x="1.0 / or_inf(sqrt(1.0 - x * x))", domain={"x": one}),
        elementwise(f"y = {library}.{a}cos(x)", x="-1.0 / or_inf(sqrt(1.0 - x * x))", domain={"x": one}),
        elementwise(f"y = {library}.{a}tan(x)", x="1.0 / (1.0 + x * x)"),
        elementwise(f"y = {library}.{a}sinh(x)", x="1.0 / hypot(1.0, x)"),
        elementwise(f"y = {library}.{a}cosh(x)", x="1.0 / or_inf(sqrt(x * x - 1.0))", domain={"x": (1.0, INF)}),
        elementwise(f"y = {library}.{a}tanh(x)", x="1.0 / (1.0 - x * x)", domain={"x": one}),
        elementwise(f"z = {library}.{a}tan2(y, x)", y="x / or_inf(x * x + y * y)", x="-y / or_inf(x * x + y * y)"),
    )


INVERSE = rows(_inverse("math", "a"), _inverse("np", "arc"))


def _log(F: Formulas, y: Term, x: Term, base: Term) -> Term:
    if isinstance(base.atom, Const) and base.atom.value is None:
        return 1.0 / x
    return 1.0 / (x * F.log(base))


def _log_base(F: Formulas, y: Term, x: Term, base: Term) -> Term:
    return -y / (base * F.log(base))


def _hypot(F: Formulas, y: Term, *xs: Term, k: int) -> Term:
    return xs[k] / or_inf(F, y)


FLOATS = rows(
    elementwise("y = math.log(x, base=None)", x=_log, base=_log_base,
                domain={"x": (0.0, INF), "base": (1.5, 9.0)}),
    elementwise("z = math.pow(x, y)", x=power_by_base, y=power_by_exponent, domain={"x": (0.2, 3.0)}),
    elementwise("z = math.hypot(*xs)", xs=_hypot),
    elementwise("z = math.copysign(x, y)", x="copysign(1.0, x) * copysign(1.0, y)", inactive=("y",)),
    elementwise("z = math.fmod(x, y)", x="1", y="-trunc(x / y)", domain={"y": (0.3, 4.0)}),
    elementwise("z = math.remainder(x, y)", x="1", y="(z - x) / y", domain={"y": (0.3, 4.0)}),
    linear("y = math.ldexp(x, i)", x="ldexp(g, i)", inactive=("i",), types=fixed(FLOAT)),
    elementwise("y = math.erf(x)", x=f"{TWO_OVER_SQRT_PI} * exp(-x * x)"),
    elementwise("y = math.erfc(x)", x=f"-{TWO_OVER_SQRT_PI} * exp(-x * x)"),
    elementwise("y = math.lgamma(x)", x="polygamma(0, x)", domain={"x": (0.0, INF)}),
    elementwise("y = math.gamma(x)", x="y * polygamma(0, x)", domain={"x": (0.0, INF)}),
    elementwise("w = math.fma(x, y, z)", x="y", y="x", z="1"),
    *(zero(f"y = math.{name}(x)", types=fixed(INT)) for name in ("floor", "ceil", "trunc")),
    elementwise("z = math.nextafter(x, y, steps=None)", x="1", inactive=("y",)),
    zero("y = math.ulp(x)"),
)

INTEGERS = rows(
    *(nondifferentiable(f"y = math.{name}(x)", types=fixed(BOOL)) for name in ("isnan", "isinf", "isfinite")),
    nondifferentiable("z = math.isclose(a, b, rel_tol=1e-09, abs_tol=0.0)", types=fixed(BOOL)),
    nondifferentiable("y = math.factorial(n)", types=fixed(INT)),
    nondifferentiable("y = math.isqrt(n)", types=fixed(INT)),
    nondifferentiable("y = math.comb(n, k)", types=fixed(INT)),
    nondifferentiable("y = math.perm(n, k=None)", types=fixed(INT)),
    nondifferentiable("y = math.gcd(*integers)", types=fixed(INT)),
    nondifferentiable("y = math.lcm(*integers)", types=fixed(INT)),
)
