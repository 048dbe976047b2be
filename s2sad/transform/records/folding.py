"""Constant operations of loops that are written out: ``f"W{k}"`` is a key once k is known."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from s2sad.ir.trace import Apply, Const, Value
from s2sad.transform.records.model import Binding

_FOLDS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv, "mod": operator.mod,
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "not": operator.not_, "str": str, "min": min, "max": max,
}


def folded(op: Apply, args: list[Binding]) -> Const | None:
    """The result of an operation on integers and strings that are known only in this copy of it."""
    if not any(isinstance(a, Value) for a in op.args) or not args:
        return None
    if not all(isinstance(a, Const) and isinstance(a.value, (int, str)) for a in args):
        return None
    values = [a.value for a in args]
    try:
        if op.prim == "format":
            return Const(str(op.attrs.get("template", "{}" * len(values))).format(*values))
        if op.prim in ("in", "not_in") and all(isinstance(v, str) for v in values):
            return Const((values[0] in values[1]) == (op.prim == "in"))
        if op.prim in _FOLDS:
            return Const(_FOLDS[op.prim](*values))
    except (ArithmeticError, TypeError, ValueError):
        pass
    return None
