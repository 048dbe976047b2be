"""What Numba cannot compile, or would compile to something else than Python does, is refused with its place.

This runs behind all lowering: what is left must be numbers, arrays of known rank and lists or tuples of these, and
primitives that Numba has.
"""

from __future__ import annotations

from typing import NoReturn

from s2sad.errors import NotDifferentiableError
from s2sad.ir.trace import Apply, Atom, Call, Const, Function, If, Loop, Op, Try, Undefined, Value, With, walk
from s2sad.ir.types import (
    DTYPE,
    ELLIPSIS,
    EXCEPTION,
    NONE,
    SLICE,
    UNKNOWN,
    Atomic,
    ListType,
    Num,
    TupleType,
    Type,
)
from s2sad.rules.row import Table

_DTYPES = (None, "float64", "int64", "bool")
_OPERATORS = frozenset(
    "add sub mul truediv floordiv mod pow neg pos abs min max lt le gt ge eq ne not is is_not select float int bool "
    "round bitand bitor bitxor lshift rshift invert".split())
_MATH = frozenset("math." + name for name in (
    "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 log log2 log10 log1p sqrt degrees "
    "radians fabs floor ceil trunc pow hypot copysign fmod erf erfc gamma lgamma isnan isinf isfinite").split())
_UFUNCS = frozenset("np." + name for name in (
    "sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh exp expm1 exp2 log log2 log10 "
    "log1p sqrt cbrt square abs absolute fabs sign floor ceil trunc rint maximum minimum fmax fmin power add subtract "
    "multiply divide true_divide negative reciprocal hypot logaddexp logaddexp2 deg2rad rad2deg degrees radians "
    "copysign isnan isinf isfinite float_power heaviside sinc").split())
_STRUCTURE = frozenset(
    "tuple list list_repeat getitem setitem accumulate_at iadd append pop slice shape size ndim len copy own assign "
    "exchange comment constant global assert exception np.shape np.size np.ndim astype".split())
_ARRAYS = frozenset("np." + name for name in (
    "zeros ones empty zeros_like ones_like empty_like copy matmul dot transpose eye identity arange linalg.solve "
    "linalg.inv linalg.det linalg.cholesky argmax argmin").split()) | {"matmul"}
_KNOWN = _OPERATORS | _MATH | _UFUNCS | _STRUCTURE | _ARRAYS
_HELPERS = frozenset({"helper.grown", "helper.require_same", "helper.require_some", "helper.require_divisor"})


def run(function: Function, table: Table) -> None:
    """Raise at the first operation that Numba has nothing for."""
    check = _Check(function)
    for parameter, value in zip(function.params, function.values):
        check.kind(value, None, f"the type of {parameter.name!r}")
    for op in walk(function.block):
        check.op(op)


class _Check:
    def __init__(self, function: Function) -> None:
        self.function = function

    def refuse(self, op: Op | None, what: str, hint: str | None = None) -> NoReturn:
        raise NotDifferentiableError(f"{what} for the target 'numba'", loc=op.loc if op is not None else None,
                                     function=self.function.name,
                                     hint=hint or "leave target='numba' out; the derivative for NumPy is right")

    def op(self, op: Op) -> None:
        if isinstance(op, (Try, With)):
            self.refuse(op, f"a {'try' if isinstance(op, Try) else 'with'} is not supported")
        if isinstance(op, Apply):
            self.apply(op)
        for atom in op.operands():
            self.operand(atom, op)
        for value in op.defined():
            self.kind(value, op, f"the type of {value.name!r}" if value.name else "the type of what this gives")
        if isinstance(op, (If, Loop, Call)):
            return

    def apply(self, op: Apply) -> None:
        if op.prim == "require_set":
            self.refuse(op, f"{op.args[1]!r} may have no value here, which is not supported",
                        "give it a value before the loop or branch that sets it")
        if op.prim not in _KNOWN and op.prim not in _HELPERS:
            self.refuse(op, f"{op.prim.removeprefix('helper.')!r} is not supported")
        if op.prim in ("getitem", "setitem", "accumulate_at") and not _indexed(op.args[1].type):
            self.refuse(op, "a list or a mask of several axes as an index is not supported",
                        "use an array of integers, or a loop")
        if op.prim == "exception" and not all(isinstance(a, Const) for a in op.args):
            self.refuse(op, "an error message that is put together is not supported", "use a literal message")
        if op.prim == "pow" and self._whole(op.args[0]) and not _natural(op.args[1]):
            self.refuse(op, "an integer to the power of a variable is not supported", "use float(...)")

    def _whole(self, atom: Atom) -> bool:
        return isinstance(atom.type, Num) and atom.type.kind in ("int", "bool")

    def operand(self, atom: Atom, op: Op) -> None:
        if isinstance(atom, Undefined):
            return
        if isinstance(atom, Const) and isinstance(atom.value, complex):
            self.refuse(op, "complex numbers are not supported")

    def kind(self, value: Value, op: Op | None, what: str) -> None:
        reason = unsupported(value.type)
        if reason is not None:
            self.refuse(op, f"{what} is {reason}", "give the types with signature= or annotations"
                        if "known" in reason else None)


def _indexed(kind: Type) -> bool:
    if isinstance(kind, TupleType):
        return all(map(_indexed, kind.items))
    return not isinstance(kind, ListType) and not (isinstance(kind, Num) and kind.kind == "bool" and kind.rank != 1)


def _natural(atom: Atom) -> bool:
    return isinstance(atom, Const) and type(atom.value) is int and atom.value >= 0


def unsupported(kind: Type) -> str | None:
    """Why a value of this type is refused, or None."""
    if isinstance(kind, Num):
        if kind.kind is None or kind.shape is None:
            return "not known, which is not supported"
        if kind.kind == "complex" or kind.dtype not in _DTYPES:
            return f"{kind}, which is not supported"
        return None
    if isinstance(kind, TupleType):
        return next(filter(None, map(unsupported, kind.items)), None)
    if isinstance(kind, ListType):
        return unsupported(kind.item)
    if isinstance(kind, Atomic) and kind in (NONE, SLICE, ELLIPSIS, EXCEPTION, DTYPE):
        return None
    if kind == UNKNOWN:
        return "not known, which is not supported"
    return f"{kind}, which is not supported"


