"""The functions of `scipy.special` that models use most: error functions, gamma functions, log-sum-exp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import Num, Type
from s2sad.rules.declare import elementwise, general, rows
from s2sad.rules.reductions import expanded
from s2sad.rules.scalar import INF, TWO_OVER_SQRT_PI
from s2sad.rules.type_shapes import reduction
from s2sad.rules.types import number


def _polygamma(F: Formulas, order: object, x: Term) -> Term:
    return Term(F.builder, F.builder.apply("scipy.special.polygamma", order, x))


def _next_order(F: Formulas, y: Term, n: Term, x: Term) -> Term:
    known = n.atom.value if isinstance(n.atom, Const) else None
    return _polygamma(F, known + 1 if isinstance(known, int) else n + 1, x)


def _double(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    """SciPy computes these in double precision only."""
    return [Num("float", "float64", number(args[1].type).shape)]


def _digamma(F: Formulas, x: Term) -> Term:
    return Term(F.builder, F.builder.apply("scipy.special.digamma", x))


def _softmax(F: Formulas, y: Term, x: Term, axis: Term, keepdims: Term) -> Term:
    return F.exp(x - expanded(F, y, x, axis, keepdims))


ONE_OVER_SQRT_2PI = "0.3989422804014327"

ROWS = rows(
    elementwise("y = scipy.special.expit(x)", x="y * (1.0 - y)"),
    elementwise("y = scipy.special.logit(x)", x="1.0 / (x * (1.0 - x))", domain={"x": (0.0, 1.0)}),
    elementwise("y = scipy.special.erf(x)", x=f"{TWO_OVER_SQRT_PI} * exp(-x * x)"),
    elementwise("y = scipy.special.erfc(x)", x=f"-{TWO_OVER_SQRT_PI} * exp(-x * x)"),
    elementwise("y = scipy.special.ndtr(x)", x=f"{ONE_OVER_SQRT_2PI} * exp(-0.5 * x * x)"),
    elementwise("y = scipy.special.gammaln(x)", x=lambda F, y, x: _digamma(F, x), domain={"x": (0.0, INF)}),
    elementwise("y = scipy.special.gamma(x)", x=lambda F, y, x: y * _digamma(F, x), domain={"x": (0.0, INF)}),
    *(elementwise(f"y = scipy.special.{name}(x)", x=lambda F, y, x: _polygamma(F, 1, x), domain={"x": (0.0, INF)})
      for name in ("digamma", "psi")),
    elementwise("y = scipy.special.polygamma(n, x)", x=_next_order, inactive=("n",), types=_double,
                domain={"x": (0.0, INF)}),
    general("y = scipy.special.logsumexp(x, axis=None, keepdims=False)",
            jvp={"x": lambda F, t, y, x, axis, keep: F.sum(t * _softmax(F, y, x, axis, keep), axis, keepdims=keep)},
            vjp={"x": lambda F, g, y, x, axis, keep: expanded(F, g, x, axis, keep) * _softmax(F, y, x, axis, keep)},
            types=reduction(1, 2, inexact=True)),
)
