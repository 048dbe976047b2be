"""What the use of an unannotated parameter tells about it.

::

    def f(x, n):                       x is a scalar: `math.sin` takes nothing else
        for i in range(n):             n is an int: `range` takes nothing else
            if math.sin(x) > 0.5: …

When a gradient is asked for, the result is a scalar, and so is every operand of the elementwise
operations that lead to it; that holds only for calls in which it is true, so such parameters are
reported, and the generated function checks them at entry.
"""

from __future__ import annotations

from s2sad.ir.trace import (
    Apply,
    Atom,
    Const,
    For,
    Function,
    If,
    Loop,
    Return,
    Undefined,
    Value,
    While,
    loop_ends,
    passed_on,
    walk,
)
from s2sad.ir.types import FLOAT, INT, UNKNOWN, Num
from s2sad.rules.row import Table

_ORDERINGS = {"lt", "le", "gt", "ge"}
_EQUALITIES = {"eq", "ne"}
# In order of strength: a later one replaces an earlier one.
_INACTIVE, _SCALAR, _FLOAT, _INT = range(4)
_TYPES = {_INACTIVE: Num("int", None, None), _SCALAR: Num(None, None, ()), _FLOAT: FLOAT, _INT: INT}


def infer_from_use(function: Function, table: Table, scalar_result: bool = False) -> list[Value]:
    """Type parameters of unknown type by their use, in place.

    Returns the parameters that are scalars only because the result is (`scalar_result`).
    """
    uses = _Uses(function, table)
    uses.from_operations()
    certain = dict(uses.demand)
    if scalar_result:
        for op in walk(function.block):
            if isinstance(op, Return):
                uses.need(op.values[0], _FLOAT)
        uses.propagate()
    assumed: list[Value] = []
    for value in function.values:
        if value.type != UNKNOWN or value not in uses.demand:
            continue
        value.type = _TYPES[uses.demand[value]]
        if value not in certain or certain[value] == _INACTIVE != uses.demand[value]:
            assumed.append(value)
    return assumed


class _Uses:
    """Demands on values, carried backwards through operations that keep ranks."""

    def __init__(self, function: Function, table: Table) -> None:
        self.function = function
        self.table = table
        self.demand: dict[Value, int] = {}
        self.work: list[Value] = []
        self.sources: dict[Value, list[Atom]] = {}
        self.definer: dict[Value, Apply] = {}
        for op in walk(function.block):
            if isinstance(op, Apply):
                self.definer.update((value, op) for value in op.results)
            elif isinstance(op, If):
                self.sources.update((value, passed_on(op, k)) for k, value in enumerate(op.results))
            elif isinstance(op, Loop):
                self.index_loop(op)

    def index_loop(self, op: Loop) -> None:
        ends = [end.operands() for end in loop_ends(op)]
        for k, init in enumerate(op.inits):
            atoms = [init, *(values[k] for values in ends)]
            for value in [op.carried[k], op.results[k]] + ([op.cond.params[k]] if isinstance(op, While) else []):
                self.sources[value] = atoms

    def from_operations(self) -> None:
        for op in walk(self.function.block):
            if isinstance(op, Apply):
                if op.prim.startswith("math.") and self.keeps_rank(op):
                    for atom in op.args:
                        self.need(atom, _FLOAT)
                elif op.prim in ("getitem", "setitem", "accumulate_at"):
                    self.need(op.args[1], _INACTIVE)
            elif isinstance(op, If):
                self.condition(op.cond)
            elif isinstance(op, While):
                self.condition(op.cond.terminator.values[0])
            elif isinstance(op, For):
                for atom in (op.start, op.stop, op.step):
                    self.need(atom, _INT)
        self.propagate()

    def condition(self, atom: Atom) -> None:
        """An array has no truth value, so a comparison that is a condition compares scalars."""
        op = self.definer.get(atom) if isinstance(atom, Value) else None
        if op is None:
            return
        if op.prim == "not":
            self.condition(op.args[0])
        numeric = any(isinstance(a, Const) and isinstance(a.value, (int, float)) for a in op.args)
        if op.prim in _ORDERINGS or (op.prim in _EQUALITIES and numeric):
            for operand in op.args:
                self.need(operand, _SCALAR)

    def need(self, atom: Atom, demand: int) -> None:
        if isinstance(atom, (Const, Undefined)) or self.demand.get(atom, -1) >= demand:
            return
        self.demand[atom] = demand
        self.work.append(atom)

    def keeps_rank(self, op: Apply) -> bool:
        """Whether a scalar result means that every operand is a scalar."""
        if op.prim in ("select", "inplace"):
            return True
        if op.prim in ("min", "max", "sum") and len(op.args) == 1:
            return False
        return op.prim in self.table and self.table[op.prim].kind in ("elementwise", "zero")

    def propagate(self) -> None:
        while self.work:
            value = self.work.pop()
            demand = self.demand[value]
            for atom in self.sources.get(value, []):
                self.need(atom, demand)
            op = self.definer.get(value)
            if op is not None and demand >= _SCALAR and self.keeps_rank(op):
                for k, atom in enumerate(op.args):
                    condition = op.prim == "select" and k == 0
                    self.need(atom, _SCALAR if condition or demand == _SCALAR else _FLOAT)
