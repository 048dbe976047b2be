"""Orders the factors of scalar products in derivative code as a textbook does (compact style).

Before::                              After::

    y_bar * x * cos(y)                    cos(y) * x * y_bar
    w2_bar * 2.0 * b                      2.0 * b * w2_bar
    -(sin(x) * y_bar)                     -sin(x) * y_bar
    cos(a) * 3.0 * b                      3.0 * cos(a) * b

Literals come first, multiplied together; then the partial derivatives, the outermost first; the adjoint
or tangent last.  Only unnamed, single-use scalar products are taken apart.  This pass runs after
`simplify`, which moves signs the other way.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

from s2sad.ir.rewrite import uses
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Value
from s2sad.ir.types import Num
from s2sad.optimize.fold import evaluate
from s2sad.rules.row import Table

_DERIVATIVE = re.compile(r"_(bar|dot)\d*$")


def run(function: Function, table: Table) -> None:
    """Reorder in place."""
    _Products(uses(function.block), table).block(function.block)


def is_scalar(atom: Atom) -> bool:
    return isinstance(atom.type, Num) and atom.type.is_scalar


class _Products:
    def __init__(self, counts: Counter[Value], table: Table) -> None:
        self.uses = counts
        self.table = table
        self.definer: dict[Value, Apply] = {}

    def block(self, block: Block) -> None:
        """Find the roots of products, and rewrite each in place of its root."""
        local = {op.result: op for op in block.ops if isinstance(op, Apply) and len(op.results) == 1}
        self.definer.update(local)
        nested = {a for op in local.values() if self.is_product(op) or self.is_sign(op, local)
                  for a in op.args if self.member(a, local)}
        ops: list[Op] = []
        gone: set[Op] = set()
        for op in block.ops:
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, Apply) and len(op.results) == 1 and op.result not in nested:
                if self.is_product(op):
                    ops += self.rewrite(op, op, local, gone)
                elif self.is_sign(op, local):
                    ops += self.rewrite(op, local[op.args[0]], local, gone, negative=True)  # type: ignore[index]
            ops.append(op)
        block.ops = [op for op in ops if op not in gone]

    def is_product(self, op: Op) -> bool:
        return isinstance(op, Apply) and op.prim == "mul" and not op.exact and is_scalar(op.result)

    def is_sign(self, op: Op, local: dict[Value, Apply]) -> bool:
        """``-(product)``, in derivative code."""
        return isinstance(op, Apply) and op.prim == "neg" and not op.exact and self.member(op.args[0], local)

    def member(self, atom: Atom, local: dict[Value, Apply]) -> bool:
        """Whether an operand is a product that can be taken apart."""
        if not isinstance(atom, Value) or atom.name is not None or self.uses[atom] != 1:
            return False
        return atom in local and self.is_product(local[atom])

    def factors(self, op: Apply, local: dict[Value, Apply], gone: set[Op]) -> list[list[Atom]]:
        """The factors, left-nested ones first; a right-nested product is one group."""
        rights = [op.args[1]]
        left = op.args[0]
        while self.member(left, local):
            inner = local[left]  # type: ignore[index]
            gone.add(inner)
            left, right = inner.args
            rights.append(right)
        return [[left], *(self.in_order(atom, local, gone) for atom in reversed(rights))]

    def in_order(self, atom: Atom, local: dict[Value, Apply], gone: set[Op]) -> list[Atom]:
        """The factors of one operand from left to right."""
        result: list[Atom] = []
        pending = [atom]
        while pending:
            atom = pending.pop()
            if self.member(atom, local):
                inner = local[atom]  # type: ignore[index]
                gone.add(inner)
                pending += reversed(inner.args)
            else:
                result.append(atom)
        return result

    def is_seed(self, atom: Atom) -> bool:
        """An adjoint or a tangent, or an element of one."""
        if not isinstance(atom, Value):
            return False
        if atom.name is not None:
            return _DERIVATIVE.search(atom.name) is not None
        op = self.definer.get(atom)
        return op is not None and op.prim == "getitem" and self.is_seed(op.args[0])

    def rewrite(self, root: Apply, product: Apply, local: dict[Value, Apply], gone: set[Op],
                negative: bool = False) -> list[Op]:
        """The operations to put before `root`, which becomes the last multiplication."""
        taken: set[Op] = {product} if root is not product else set()
        groups = self.factors(product, local, taken)
        factors = list(chain.from_iterable(groups))
        seeds = [a for a in factors if self.is_seed(a)]
        if seeds:
            groups = [[a for a in group if a not in seeds[:1]] for group in groups]
            factors = list(chain.from_iterable(reversed(groups)))
        literals: list[Atom] = [a for a in factors if isinstance(a, Const)]
        rest = [a for a in factors if not isinstance(a, Const)] + (seeds[:1] if seeds else [])
        before: list[Op] = []
        ordered: list[Atom] = [*_multiply(literals), *rest]
        if len(ordered) < 2:
            return []  # a product of literals is for `fold`
        gone |= taken
        if negative:
            folded = evaluate("neg", ordered[:1]) if literals else None
            sign = next((k for k, a in enumerate(ordered) if not _may_be_bool(a)), 0)
            ordered[sign] = self.added(before, root, "neg", ordered[sign]) if folded is None else folded
        partial = ordered[0]
        for factor in ordered[1:-1]:
            partial = self.added(before, root, "mul", partial, factor)
        root.prim, root.args = "mul", [partial, ordered[-1]]
        return before

    def added(self, before: list[Op], root: Apply, prim: str, *args: Atom) -> Value:
        types = self.table.infer(prim, args, {})
        op = Apply(prim, list(args), [Value(None, types[0])], loc=root.loc, origin=root.origin)
        before.append(op)
        return op.result


def _may_be_bool(atom: Atom) -> bool:
    """NumPy refuses the minus of a bool."""
    return isinstance(atom.type, Num) and atom.type.kind == "bool"


def _multiply(literals: list[Atom]) -> list[Atom]:
    """The product of literals, or what of it can be written well."""
    result: list[Atom] = []
    for literal in literals:
        folded = evaluate("mul", [result[-1], literal]) if result else None
        if folded is not None:
            result[-1] = folded
        else:
            result.append(literal)
    return result
