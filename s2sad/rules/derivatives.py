"""Primitives that only derivative code uses: the transforms emit them, and most are lowered before printing.

``assign``   a name for an adjoint that equals another one (trace style writes every adjoint down)
``exchange`` new names for several adjoints at once: ``a_bar, b_bar = b_bar, a_bar``
``recall``   a primal value at the mirrored point of the reverse sweep, until `needed` says how it gets there
``derivative``   of a function of the program, by its key, until `s2sad.expand` puts code in its place
``own``      a result in memory of its own, until `optimize.ownership` says whether that takes a copy
``comment``  a heading
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from s2sad.ir.trace import Atom
from s2sad.ir.types import UNKNOWN, Type
from s2sad.rules.declare import linear, nondifferentiable, rows, structural
from s2sad.rules.type_shapes import getitem_type
from s2sad.rules.types import fixed, same

REQUIRE_SCALAR = '''
def _require_scalar(value, name):
    """Refuse an array where this derivative is only right for a number."""
    if np.ndim(value) != 0:
        raise TypeError(name + " must be a scalar here; use a vector-Jacobian product for arrays")
'''.lstrip()

REQUIRE_ARRAY = '''
def _require_array(value, name):
    """Refuse a list where this derivative is only right for an array."""
    if not isinstance(value, np.ndarray):
        raise TypeError(name + " must be an array; pass np.asarray(" + name + ")")
'''.lstrip()

ITEM = '''
def _item(t, k):
    """Item k of the adjoint of a tuple, zero where there is no tuple."""
    return t[k] if isinstance(t, tuple) else 0.0
'''.lstrip()

SHADOW_VIEW = '''
def _shadow_view(bar, x, y):
    """The adjoint's memory for y, a reshaped x: a view of bar where y is a view of x, else memory of its own."""
    return np.reshape(bar, np.shape(y)) if np.may_share_memory(x, y) else np.zeros_like(y)
'''.lstrip()

TANGENT_VIEW = '''
def _tangent_view(dot, x, y):
    """The tangent of y, a reshaped x: a view of x's where y is a view of x, else a copy."""
    part = np.reshape(dot, np.shape(y))
    return part if np.may_share_memory(x, y) else np.copy(part)
'''.lstrip()

RETURN_COPY = '''
def _return_copy(bar, part):
    """Add the adjoint of a copy to that of what was copied; a view's is there already."""
    if not np.may_share_memory(bar, part):
        bar += np.reshape(part, np.shape(bar))
'''.lstrip()

TOTAL = '''
def _total(a, b):
    """The sum of two derivatives, item by item."""
    if isinstance(a, tuple):
        return tuple([_total(p, q) for p, q in zip(a, b)])
    return b if a is None else a if b is None else a + b
'''.lstrip()

REQUIRE_APART = '''
def _require_apart(names, written, *others):
    """Refuse an array that is written where another argument, or an array in it, shares its memory."""
    for name, other in zip(names[1:], others):
        if isinstance(other, (tuple, list)):
            _require_apart(names[:1] + (name,) * len(other), written, *other)
        elif isinstance(other, np.ndarray) and np.shares_memory(written, other):
            raise ValueError(names[0] + " is written and shares memory with " + name + "; pass a copy of one of them")
'''.lstrip()

REQUIRE_OTHER = '''
def _require_other(names, written, *others):
    """Refuse a list that is written where it is another argument too."""
    for name, other in zip(names[1:], others):
        if other is written:
            raise ValueError(names[0] + " is written and is " + name + " too; pass a copy of one of them")
'''.lstrip()


def _second_shape(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [args[2].type]


TRANSFORM = rows(
    structural("y = assign(x)", types=same, fresh=False, view_of="x"),
    tuple(replace(row, signature=replace(row.signature, results=-1)) for row in
          structural("values = exchange(*operands)", types=lambda args, attrs: [a.type for a in args], fresh=False)),
    structural("y = recall(x)", types=same, fresh=False, view_of="x"),
    structural("y = derivative(*args)", types=fixed(UNKNOWN)),
    structural("y = own(x)", types=same, fresh=False, view_of="x"),
    structural("y = helper.item(t, k)", types=getitem_type, fresh=False, source=ITEM),
    linear("c = helper.total(a, b)", a="g", b="g", types=lambda args, attrs: [args[0].type], source=TOTAL),
    structural("y_bar = helper.shadow_view(bar, x, y)", types=_second_shape, fresh=False, view_of="bar",
               source=SHADOW_VIEW),
    linear("y_dot = helper.tangent_view(dot, x, y)", dot="reshape(g, shape(dot))", inactive=("x", "y"),
           types=_second_shape, view_of="dot", fresh=False, source=TANGENT_VIEW),
    structural("helper.return_copy(bar, part)", types=lambda args, attrs: [], mutates="bar", source=RETURN_COPY),
    nondifferentiable("helper.require_apart(*args)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_APART),
    nondifferentiable("helper.require_other(*args)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_OTHER),
    nondifferentiable("comment()", types=lambda args, attrs: [], effect=True),
    nondifferentiable("helper.require_scalar(value, name)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_SCALAR),
    nondifferentiable("helper.require_array(value, name)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_ARRAY),
)
