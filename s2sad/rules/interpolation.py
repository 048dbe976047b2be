"""Piecewise linear interpolation, and the median: what lies where is found, and then everything is linear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom
from s2sad.ir.types import Num, Type
from s2sad.rules.declare import choose, general, nondifferentiable, rows, zero
from s2sad.rules.reductions import expanded, is_literal
from s2sad.rules.type_shapes import reduced_shape
from s2sad.rules.types import array_of, number, promote

INTERVAL = '''
def _interval(x, xp):
    """The interval of xp in which x lies, or the one that is nearest."""
    return np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
'''.lstrip()

MEDIAN_WEIGHTS = '''
def _median_weights(x, axis):
    """What each element counts in the median along an axis: 1 for the middle one, or 1/2 for each of two."""
    order = np.argsort(np.ravel(x) if axis is None else x, axis=-1 if axis is None else axis, kind="stable")
    rank = np.argsort(order, axis=-1 if axis is None else axis)
    n = np.size(x) if axis is None else np.shape(x)[axis]
    weights = ((rank == (n - 1) // 2) * 0.5 + (rank == n // 2) * 0.5).reshape(np.shape(x))
    return weights.astype(np.result_type(x, np.float16))
'''.lstrip()


def _interp_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num("float", "float64", number(args[0].type).shape)]


def _interval_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num("int", "int64", number(args[0].type).shape)]


class _Place:
    """Where x lies: the interval, the share t of its right end, the slope there."""

    def __init__(self, F: Formulas, x: Term, xp: Term, fp: Term, options: Sequence[Term]) -> None:
        if not all(is_literal(o, None) for o in options):
            raise UnsupportedError("np.interp with left, right or period", hint="use np.where outside the range")
        self.F, self.x, self.xp, self.fp = F, x, xp, fp
        self.k = F.interval(x, xp)
        self.width = xp[self.k + 1] - xp[self.k]
        self.t = F.clip((x - xp[self.k]) / self.width, 0.0, 1.0)

    def slope(self) -> Term:
        """The slope where x lies inside, and 0 outside."""
        rise = (self.fp[self.k + 1] - self.fp[self.k]) / self.width
        inside = self.F.bitand(self.F.ge(self.x, self.xp[0]), self.F.le(self.x, self.xp[-1]))
        return choose(self.F, inside, rise, 0.0)

    def mixed(self, values: Term) -> Term:
        return (1.0 - self.t) * values[self.k] + self.t * values[self.k + 1]

    def spread(self, g: Term, values: Term) -> Term:
        """The transpose of `mixed`."""
        left = self.F.take_adjoint(self.F.asarray(g * (1.0 - self.t)), values, self.k, None)
        return left + self.F.take_adjoint(self.F.asarray(g * self.t), values, self.k + 1, None)


def _interp(part: str, transpose: bool) -> Any:
    def formula(F: Formulas, v: Term, y: Term, x: Term, xp: Term, fp: Term, *options: Term) -> Term:
        place = _Place(F, x, xp, fp, options)
        if part == "x":
            return place.slope() * v
        if part == "fp":
            return place.spread(v, fp) if transpose else place.mixed(v)
        return place.spread(-(place.slope() * v), xp) if transpose else -(place.slope() * place.mixed(v))

    return formula


def _median_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [Num(kind, dtype, reduced_shape(x.shape, args[1], args[2]))]


def _weights_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = array_of(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [Num(kind, dtype, x.shape)]


INTERPOLATION = rows(
    general("y = np.interp(x, xp, fp, left=None, right=None, period=None)", types=_interp_types,
            jvp={p: _interp(p, False) for p in ("x", "xp", "fp")},
            vjp={p: _interp(p, True) for p in ("x", "xp", "fp")}),
    nondifferentiable("k = helper.interval(x, xp)", types=_interval_types, source=INTERVAL),
    general("y = np.median(x, axis=None, keepdims=False)", types=_median_types,
            jvp={"x": lambda F, t, y, x, axis, keep: F.sum(F.median_weights(x, axis) * t, axis, keepdims=keep)},
            vjp={"x": lambda F, g, y, x, axis, keep: F.median_weights(x, axis) * expanded(F, g, x, axis, keep)}),
    zero("w = helper.median_weights(x, axis)", types=_weights_types, source=MEDIAN_WEIGHTS),
)
