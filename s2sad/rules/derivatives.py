"""Primitives that only derivative code uses: the transforms emit them, and most are lowered before printing.

``assign``   a name for an adjoint that equals another one (trace style writes every adjoint down)
``recall``   a primal value at the mirrored point of the reverse sweep, until `needed` says how it gets there
``own``      a result in memory of its own, until `optimize.ownership` says whether that takes a copy
``comment``  a heading
"""

from __future__ import annotations

from s2sad.rules.declare import nondifferentiable, rows, structural
from s2sad.rules.type_shapes import getitem_type
from s2sad.rules.types import same

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

TRANSFORM = rows(
    structural("y = assign(x)", types=same, fresh=False, view_of="x"),
    structural("y = recall(x)", types=same, fresh=False, view_of="x"),
    structural("y = own(x)", types=same, fresh=False, view_of="x"),
    structural("y = helper.item(t, k)", types=getitem_type, fresh=False, source=ITEM),
    nondifferentiable("comment()", types=lambda args, attrs: [], effect=True),
    nondifferentiable("helper.require_scalar(value, name)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_SCALAR),
    nondifferentiable("helper.require_array(value, name)", types=lambda args, attrs: [], effect=True,
                      source=REQUIRE_ARRAY),
)
