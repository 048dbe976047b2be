"""Eigenvalues and eigenvectors of symmetric matrices, and the logarithm of a determinant.

NumPy reads one triangle of a symmetric matrix; the adjoint is symmetric, for that is what the matrix is meant to be.
Where eigenvalues are equal, their eigenvectors have no derivative: what couples them counts as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom
from s2sad.ir.types import Num, TupleType, Type
from s2sad.rules.declare import general, or_inf, rows
from s2sad.rules.reductions import rank_of
from s2sad.rules.types import array_of, promote


def _matrix(x: Term, what: str) -> None:
    if rank_of(x) != 2:
        raise UnsupportedError(f"{what} of an array that is not known to be a matrix",
                               hint="annotate the array's rank, or give a signature")


def _values_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [Num(kind, dtype, None if x.shape is None else x.shape[:-1])]


def _pair_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [TupleType((_values_types(args, attrs)[0], Num(kind, dtype, x.shape)))]


def _slogdet_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    kind, dtype = promote([x], inexact=True)
    item = Num(kind, dtype, None if x.shape is None else x.shape[:-2])
    return [TupleType((item, item))]


def _symmetric(F: Formulas, t: Term) -> Term:
    return (t + F.transpose(t)) / 2.0


def _gaps(F: Formulas, w: Term) -> Term:
    """1 / (w[j] - w[i]), and 0 where they are equal."""
    return 1.0 / or_inf(F, w - F.expand_dims(w, -1))


def _eigh_jvp(F: Formulas, t: Term, y: Term, x: Term, side: Term) -> Term:
    _matrix(x, "np.linalg.eigh")
    w, v = y[0], y[1]
    inner = F.transpose(v) @ _symmetric(F, t) @ v
    return F.tuple(F.diagonal(inner), v @ (_gaps(F, w) * inner))


def _eigh_vjp(F: Formulas, g: Term, y: Term, x: Term, side: Term) -> Term:
    _matrix(x, "np.linalg.eigh")
    w, v = y[0], y[1]
    inner = F.diag(g[0]) + _gaps(F, w) * (F.transpose(v) @ g[1])
    return _symmetric(F, v @ inner @ F.transpose(v))


def _vectors(F: Formulas, x: Term, side: Term) -> Term:
    pair = Term(F.builder, F.builder.apply("np.linalg.eigh", x, side))
    return pair[1]


def _eigvalsh_jvp(F: Formulas, t: Term, y: Term, x: Term, side: Term) -> Term:
    _matrix(x, "np.linalg.eigvalsh")
    v = _vectors(F, x, side)
    return F.sum(v * (_symmetric(F, t) @ v), 0)


def _eigvalsh_vjp(F: Formulas, g: Term, y: Term, x: Term, side: Term) -> Term:
    _matrix(x, "np.linalg.eigvalsh")
    v = _vectors(F, x, side)
    return (v * g) @ F.transpose(v)


def _slope(F: Formulas, x: Term) -> Term:
    _matrix(x, "np.linalg.slogdet")
    return F.transpose(Term(F.builder, F.builder.apply("np.linalg.inv", x)))


DECOMPOSITIONS = rows(
    general("y = np.linalg.eigh(a, UPLO='L')", jvp={"a": _eigh_jvp}, vjp={"a": _eigh_vjp}, types=_pair_types),
    general("y = np.linalg.eigvalsh(a, UPLO='L')", jvp={"a": _eigvalsh_jvp}, vjp={"a": _eigvalsh_vjp},
            types=_values_types),
    general("y = np.linalg.slogdet(x)", types=_slogdet_types,
            jvp={"x": lambda F, t, y, x: F.tuple(0.0 * y[0], F.sum(_slope(F, x) * t))},
            vjp={"x": lambda F, g, y, x: g[1] * _slope(F, x)}),
)
