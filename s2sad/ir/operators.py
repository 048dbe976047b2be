"""The operators: what each takes behind the function's own arguments, and the sweeps that it is made of.

==============  =========================  ==================================================
operator        takes                      is
==============  =========================  ==================================================
``hvp``         a tangent for each `wrt`   the gradient, then its tangent
``vhp``         one seed                   the gradient, then its adjoint
``derivative``  nothing                    tangents in the direction 1.0, as often as its order
``jacobian``    nothing                    tangents in all directions at once, or adjoints of all seeds
``hessian``     nothing                    the gradient, then its tangents in all directions at once
==============  =========================  ==================================================

A *sweep* is one application of forward or reverse mode.  Those that are not the last give a function that the next one
differentiates: any nesting of modes is a list of sweeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sweep:
    """One application of a mode.

    `mode` is ``grad``, ``value_and_grad``, ``vjp`` or ``jvp``.  `part` is which item of ``(value, derivative)`` is
    kept, None for both.  In the direction `one`, the tangent of the only input is 1.0, and no parameter.  With `every`,
    the sweep carries all directions at once (vector mode), and gives a Jacobian.
    """

    mode: str
    part: int | None = None
    one: bool = False
    every: bool = False

    @property
    def reverse(self) -> bool:
        return self.mode != "jvp"


_TANGENT = Sweep("jvp", part=1)
_ADJOINT = Sweep("vjp", part=1)
_SLOPE = Sweep("jvp", part=1, one=True)
_COLUMNS = Sweep("jvp", part=1, every=True)
_ROWS = Sweep("vjp", part=1, every=True)


@dataclass(frozen=True)
class Operator:
    """`name` as users write it, `suffix` of the functions that it makes; `extras` are ``tangents``, ``seed`` or ``""``.

    What `scalar` operators are applied to must have a number as its value.  `option` is what it can be told."""

    name: str
    sweeps: tuple[Sweep, ...]
    extras: str = ""
    scalar: bool = False
    option: str = ""
    suffix: str = ""


_FIXED = {op.name: op for op in (
    Operator("grad", (Sweep("grad"),), scalar=True),
    Operator("value_and_grad", (Sweep("value_and_grad"),), scalar=True),
    Operator("jvp", (Sweep("jvp"),), "tangents"),
    Operator("vjp", (Sweep("vjp"),), "seed"),
    Operator("hvp", (Sweep("grad"), _TANGENT), "tangents", scalar=True),
    Operator("vhp", (Sweep("grad"), _ADJOINT), "seed", scalar=True),
    Operator("derivative", (_SLOPE,), option="order"),
    Operator("jacobian", (_COLUMNS,), option="mode"),
    Operator("hessian", (Sweep("grad"), _COLUMNS), scalar=True),
)}
NAMES = tuple(_FIXED)
_JACOBIANS = {"auto": (_COLUMNS,), "forward": (_COLUMNS,), "reverse": (_ROWS,)}


def operator(mode: str) -> Operator:
    """The operator of a mode, as requests name it: ``hvp``, ``derivative:3``, ``jacobian:reverse``."""
    name, _, option = mode.partition(":")
    found = _FIXED[name]
    if not option:
        return found
    if name == "jacobian" and option in _JACOBIANS:
        return replace(found, sweeps=_JACOBIANS[option])
    if name != "derivative" or not option.isdecimal() or int(option) < 1:
        raise KeyError(mode)
    order = int(option)
    return found if order == 1 else replace(found, sweeps=(_SLOPE,) * order, suffix=f"derivative{order}")


def mode_with(name: str, option: object) -> str:
    """The mode of an operator that was told something: ``derivative:3``.  Raises ValueError."""
    mode = f"{name}:{option}"
    try:
        operator(mode)
    except KeyError:
        raise ValueError(f"{_FIXED[name].option}={option!r} is nothing that {name} knows") from None
    return mode
