"""The derivatives of the gamma function, which neither `math` nor NumPy has."""

from __future__ import annotations

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Const
from s2sad.ir.types import FLOAT
from s2sad.rules.declare import elementwise, rows
from s2sad.rules.types import fixed

POLYGAMMA = '''
def _polygamma(n, x):
    """The n-th derivative of the digamma function at a real x."""
    sign, factorial = (-1.0) ** (n + 1), math.factorial(n)
    total = 0.0
    while x < 15.0 + n:
        total += sign * factorial / x ** (n + 1)
        x += 1.0
    if n == 0:
        total += math.log(x) - 0.5 / x
    else:
        total += sign * (math.factorial(n - 1) / x ** n + 0.5 * factorial / x ** (n + 1))
    bernoulli = 1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6
    for k, b in enumerate(bernoulli, start=1):
        total += sign * b * math.factorial(2 * k + n - 1) / math.factorial(2 * k) / x ** (2 * k + n)
    return total
'''.lstrip()


def _next(F: Formulas, y: Term, n: Term, x: Term) -> Term:
    known = n.atom.value if isinstance(n.atom, Const) else None
    return F.polygamma(known + 1 if isinstance(known, int) else n + 1, x)


ROWS = rows(
    elementwise("y = helper.polygamma(n, x)", x=_next, inactive=("n",), types=fixed(FLOAT), source=POLYGAMMA,
                domain={"x": (0.0, float("inf"))}),
)
