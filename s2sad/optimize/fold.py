"""Evaluates arithmetic on literals, and takes the branch of a literal condition.

Before::                          After::

    w0 = sub(2, 1)                    w2 = mul(2.0, x)
    w1 = pow(x, w0)                   w1 = pow(x, 1)
    w2 = mul(2.0, x)

Only Python ints and floats are folded, with Python's own arithmetic, so the result is the one that
the program would compute.  Not folded: what raises, infinities and NaN, what the user gave a name, and
results that print longer than the expression (``1.0 / 3.0`` says more than ``0.3333333333333333``).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from s2sad.ir.rewrite import Mapping, resolve, substitute_op
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, If, Op, Yield, walk
from s2sad.ir.types import BOOL, ListType, Num, TupleType
from s2sad.rules.row import Table

_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow, "neg": operator.neg,
    "pos": operator.pos, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "eq": operator.eq, "ne": operator.ne,
}
# The longest literal that is still nicer to read than the expression.
_LONGEST = 10


def run(function: Function, table: Table) -> None:
    """Fold in place."""
    _block(function.block, {}, True)


def decide(function: Function, table: Table) -> None:
    """Only what types decide: ``is_sequence(t)`` and ``len(t)`` of a tuple, and the branches on that."""
    if any(isinstance(op, Apply) and op.prim == "is_sequence" for op in walk(function.block)):
        _block(function.block, {}, False)


def decide_none(function: Function, table: Table) -> None:
    """Tests of None of what is written out, ``scale is None`` where a call passed None or a tuple, and the branches."""
    written = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim in ("tuple", "list")}
    tests: Mapping = {}
    for op in walk(function.block):
        if isinstance(op, Apply) and op.prim in ("is", "is_not") and Const(None) in op.args:
            other = op.args[op.args[0] == Const(None)]
            if isinstance(other, Const) or other in written:
                tests[op.result] = Const((other == Const(None)) == (op.prim == "is"))
    if tests:
        _block(function.block, tests, False)


def _block(block: Block, mapping: Mapping, arithmetic: bool) -> None:
    ops: list[Op] = []
    for op in block.ops:
        substitute_op(op, mapping)
        for inner in op.blocks():
            _block(inner, mapping, arithmetic)
        if isinstance(op, Apply) and len(op.results) == 1 and foldable(op):
            whole = arithmetic or op.prim in ("eq", "ge")
            constant = known(op) or (evaluate(op.prim, op.args) if whole else None)
            if constant is not None:
                mapping[op.result] = constant
                continue
        if isinstance(op, If) and isinstance(op.cond, Const) and isinstance(op.cond.value, (bool, int, float)):
            taken = op.then if op.cond.value else op.orelse
            last = taken.ops[-1]
            if isinstance(last, Yield):
                ops += taken.ops[:-1]
                mapping.update((result, resolve(a, mapping)) for result, a in zip(op.results, last.values))
                continue
        if isinstance(op, If) and op.cond.type == BOOL:
            mapping.update((result, op.cond) for k, result in enumerate(op.results) if _same_truth(op, k))
        ops.append(op)
    block.ops = ops


def _same_truth(op: If, k: int) -> bool:
    """Whether a result is True where the condition is, and False elsewhere."""
    ends = [block.ops[-1] for block in op.blocks()]
    return [end.operands()[k] if isinstance(end, Yield) else None for end in ends] == [Const(True), Const(False)]


def foldable(op: Apply) -> bool:
    """Whether the user would miss the operation: a named primal value stays."""
    return op.origin != "primal" or op.result.name is None


def known(op: Apply) -> Const | None:
    """What the type of an operand tells: whether it is a sequence, and how long a tuple is."""
    if op.prim == "not" and op.args[0] in (Const(True), Const(False)):
        return Const(op.args[0] == Const(False))
    kind = op.args[0].type if op.args else None
    if op.prim == "is_sequence" and isinstance(kind, (TupleType, ListType, Num)):
        return Const(not isinstance(kind, Num))
    return Const(len(kind.items)) if op.prim == "len" and isinstance(kind, TupleType) else None


def evaluate(prim: str, args: list[Atom]) -> Const | None:
    """The literal result, or None where folding is not wanted."""
    if prim not in _OPERATIONS:
        return None
    values: list[int | float] = []
    if prim in ("eq", "ne") and all(isinstance(a, Const) and type(a.value) is str for a in args):
        return Const(_OPERATIONS[prim](*args))
    for atom in args:
        if not isinstance(atom, Const) or type(atom.value) not in (int, float):
            return None
        assert isinstance(atom.value, (int, float))
        values.append(atom.value)
    if prim == "pow" and isinstance(values[1], int) and abs(values[1]) > 64:
        return None
    try:
        result = _OPERATIONS[prim](*values)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if type(result) not in (int, float, bool) or not math.isfinite(result):
        return None
    if len(repr(result)) > max(_LONGEST, *(len(repr(v)) for v in values)):
        return None
    return Const(result)
