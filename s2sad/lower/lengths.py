"""Lengths that were not known get names: arrays made with one number of elements are equally long.

Before::                                        After::

    u = np.zeros(n)      float64[?]                 u = np.zeros(n)      float64[n]
    v = np.zeros(n)      float64[?]                 v = np.zeros(n)      float64[n]
    w = mul(u, v)        float64[?]                 w = mul(u, v)        float64[n]

A value is assigned once, so one value is one length.  What loops carry keeps a length only where every iteration leaves
it as it is.
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Atom, Block, Function, If, Loop, Op, Value, While, Yield, loop_ends, walk
from s2sad.ir.types import Dim, Num, Type, join
from s2sad.rules.row import Table

_MAKERS = ("np.zeros", "np.ones", "np.empty", "np.full")
_ROUNDS = 4


def run(function: Function, table: Table) -> None:
    """Refine the types of a function's values, in place."""
    made = {v: op for op in walk(function.block) for v in op.defined()}
    for op in walk(function.block):
        if isinstance(op, Apply) and op.prim in _MAKERS:
            for atom in _sizes(op.args[0], made):
                _name(atom)
    lengths = _Lengths(table)
    for value in [v for op in walk(function.block) for v in op.defined()]:
        lengths.original[value] = value.type
    lengths.block(function.block)


def _sizes(atom: Atom, made: dict[Value, Op]) -> list[Atom]:
    op = made.get(atom) if isinstance(atom, Value) else None
    return list(op.args) if isinstance(op, Apply) and op.prim == "tuple" else [atom]


def _name(atom: Atom) -> None:
    kind = atom.type
    if isinstance(atom, Value) and isinstance(kind, Num) and kind.is_scalar and kind.kind == "int" \
            and kind.length is None:
        atom.type = Num("int", kind.dtype, (), Dim(f"{atom.name or 'n'}@{id(atom):x}", maybe_one=True))


class _Lengths:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.original: dict[Value, Type] = {}

    def block(self, block: Block) -> None:
        for op in block.ops:
            if isinstance(op, Apply) and op.prim in self.table:
                found = self.table.infer(op.prim, op.args, op.attrs)
                for value, kind in zip(op.results, found):
                    value.type = self.refined(value, kind)
            elif isinstance(op, Loop):
                self.loop(op)
            else:
                for inner in op.blocks():
                    self.block(inner)
                if isinstance(op, If):
                    self.merge(op.results, [list(b.ops[-1].operands()) for b in op.blocks()
                                            if isinstance(b.ops[-1], Yield)])

    def loop(self, op: Loop) -> None:
        heads = op.cond.params if isinstance(op, While) else op.carried
        groups = list(zip(op.carried, heads, op.results))
        for k, group in enumerate(groups):
            for value in group:
                self.original.setdefault(value, value.type)
                value.type = self.refined(value, op.inits[k].type)
        for _ in range(_ROUNDS):
            for inner in op.blocks():
                self.block(inner)
            changed = False
            for k, group in enumerate(groups):
                kind = op.inits[k].type
                for end in loop_ends(op):
                    kind = join(kind, end.operands()[k].type)
                now = self.refined(group[0], kind)
                changed |= now != group[0].type
                for value in group:
                    value.type = now
            if not changed:
                return
        for group in groups:
            for value in group:
                value.type = self.original[value]
        for inner in op.blocks():
            self.block(inner)

    def merge(self, results: list[Value], ends: list[list[Atom]]) -> None:
        for k, result in enumerate(results):
            kinds = [end[k].type for end in ends]
            kind = kinds[0] if kinds else result.type
            for other in kinds[1:]:
                kind = join(kind, other)
            result.type = self.refined(result, kind)

    def refined(self, value: Value, kind: Type) -> Type:
        """The new type where it is the old one but for lengths, which were not known."""
        old = self.original.get(value, value.type)
        if not isinstance(old, Num) or not isinstance(kind, Num):
            return old
        if old.is_scalar and kind.is_scalar and old.kind == kind.kind == "int" and old.length is None:
            given = value.type.length if isinstance(value.type, Num) else None
            return Num("int", old.dtype, (), kind.length or given)
        if old.shape is None or kind.shape is None or (old.kind, old.dtype, old.rank) != (kind.kind, kind.dtype,
                                                                                         kind.rank):
            return old
        return Num(old.kind, old.dtype, tuple(a if a is not None else b for a, b in zip(old.shape, kind.shape)))
