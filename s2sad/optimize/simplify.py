"""Simplifies derivative code by algebra; the user's own operations stay as they are written.

Before::                                  After::

    w0 = mul(1.0, x)                          w2 = mul(w1, y)
    w2 = mul(w1, y)          (w1 = neg(z))    w5 = neg(mul(z, y))
    w3 = add(a, w4)          (w4 = neg(b))    w3 = sub(a, b)
    w6 = mul(g, w7)          (w7 = 1.0 / y)   w6 = truediv(g, y)

An identity is used only where its result is the same number (``1.0 * i`` of an integer is a float and
stays; ``0.0 * x`` may be NaN and stays), and where new memory is not replaced by somebody else's.
Signs move outwards, so that sums can absorb them.
"""

from __future__ import annotations

from collections import Counter

from s2sad.analysis.memory import Memory, immutable, signature_of
from s2sad.ir.rewrite import Mapping, substitute_op, uses
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Value
from s2sad.ir.types import Num
from s2sad.optimize.broadcasts import Shapes, push_broadcast
from s2sad.optimize.fold import evaluate
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Simplify in place; operations left without a use are for dead code elimination."""
    Simplifier(function, table).block(function.block)


def is_float(atom: Atom) -> bool:
    """Known to be real or complex, so that multiplying by a float does not change its kind."""
    return isinstance(atom.type, Num) and atom.type.kind in ("float", "complex")


def may_be_float(atom: Atom) -> bool:
    """Not known to be an integer: in derivative code, where results get their type in the end, good enough."""
    return isinstance(atom.type, Num) and atom.type.kind not in ("int", "bool")


def is_number(atom: Atom, number: float) -> bool:
    """A literal with this value, int or float."""
    return isinstance(atom, Const) and type(atom.value) in (int, float) and atom.value == number


def _is_int(atom: Atom) -> bool:
    return isinstance(atom.type, Num) and atom.type.kind == "int" and atom.type.is_scalar


class Simplifier:
    """One walk in program order; `local` holds the definitions of the current block."""

    def __init__(self, function: Function, table: Table) -> None:
        self.table = table
        self.memory = Memory(function, table)
        self.uses: Counter[Value] = uses(function.block)
        self.mapping: Mapping = {}
        self.local: dict[Value, Apply] = {}
        self.definer: dict[Value, Apply] = {}
        self.shapes = Shapes(table, self.definer)
        self.new: list[Op] = []

    def block(self, block: Block) -> None:
        outer, self.local = self.local, {}
        ops: list[Op] = []
        for op in block.ops:
            substitute_op(op, self.mapping)
            for inner in op.blocks():
                self.block(inner)
            if isinstance(op, Apply) and len(op.results) == 1:
                self.new = []
                replaced = not op.exact and self.simplify(op)
                ops += self.new
                self.local[op.result] = self.definer[op.result] = op
                if replaced:
                    continue
            ops.append(op)
        block.ops = ops
        self.local = outer

    # -- what patterns are made of ------------------------------------------------

    def definition(self, atom: Atom, prim: str) -> Apply | None:
        """The operation `prim` behind a single-use temporary of the same block."""
        op = self.local.get(atom) if isinstance(atom, Value) else None
        if op is None or op.prim != prim or op.exact or self.uses[op.result] != 1:
            return None
        movable = not any(map(self.memory.is_stored, op.args)) and not self.memory.is_stored(op.result)
        return op if movable and op.result.name is None else None

    def become(self, op: Apply, prim: str, *args: Atom) -> None:
        """Turn `op` into another operation with the same result."""
        before = op.args
        op.prim, op.args = prim, list(args)
        self.count(op.args, 1)
        self.count(before, -1)

    def insert(self, op: Apply, prim: str, *args: Atom) -> Value:
        """A new operation just before `op`."""
        types = self.table.infer(prim, args, {})
        added = Apply(prim, list(args), [Value(None, types[0])], loc=op.loc, origin=op.origin)
        self.count(added.args, 1)
        self.new.append(added)
        self.local[added.result] = self.definer[added.result] = added
        return added.result

    def insert_folded(self, op: Apply, prim: str, *args: Atom) -> Atom:
        """As `insert`; arithmetic on literals and by one is done at once."""
        folded = evaluate(prim, list(args))
        if folded is not None:
            return folded
        if prim == "mul" and is_number(args[0], 1.0) and may_be_float(args[1]):
            return args[1]
        if prim in ("mul", "truediv") and is_number(args[1], 1.0) and may_be_float(args[0]):
            return args[0]
        return self.insert(op, prim, *args)

    def count(self, args: list[Atom], change: int) -> None:
        """Keep the use counts; what lost its last use gives its operands back."""
        for atom in args:
            if isinstance(atom, Value):
                self.uses[atom] += change
                if self.uses[atom] == 0 and change < 0 and atom in self.local:
                    self.count(self.local[atom].args, -1)

    def forward(self, op: Apply, atom: Atom) -> bool:
        """Let `atom` stand for the result of `op`, where no memory comes to be shared."""
        if not immutable(op.result.type):
            if self.memory.is_stored(op.result) or self.memory.is_stored(atom):
                return False
            if self.memory.is_returned(op.result) and not self.owned(atom):
                return False
        self.uses[op.result], moved = 0, self.uses[op.result]
        if isinstance(atom, Value):
            self.uses[atom] += moved
            if atom.name is None and op.result.name is not None and atom in self.local \
                    and self.local[atom].origin != "primal":
                atom.name = op.result.name
        self.count(op.args, -1)
        self.mapping[op.result] = atom
        return True

    def owned(self, atom: Atom) -> bool:
        """Whether an array operand is new memory that nothing else holds."""
        op = self.local.get(atom) if isinstance(atom, Value) else None
        if op is None or self.uses[op.result] != 1:
            return False
        signature = signature_of(op, self.table)
        return signature is not None and signature.fresh and signature.view_of is None

    # -- the identities; each returns whether `op` has vanished -------------------

    def simplify(self, op: Apply) -> bool:
        rule = {"add": self.add, "sub": self.sub, "mul": self.mul, "truediv": self.truediv, "neg": self.neg,
                "pow": self.pow}.get(op.prim)
        return rule is not None and rule(op)

    def neg(self, op: Apply) -> bool:
        inner = self.definition(op.args[0], "neg")
        if inner is not None:
            return self.forward(op, inner.args[0])
        push_broadcast(self, op)
        return False

    def add(self, op: Apply) -> bool:
        a, b = op.args
        if (moved := self.offset(op)) is not None:
            return moved
        for x, y in ((a, b), (b, a)):
            if is_number(y, 0.0) and is_float(x) and self.forward(op, x):
                return True
        for x, y in ((a, b), (b, a)):
            if self.is_zeros(y) and x.type == y.type == op.result.type and self.forward(op, x):
                return True
        if (negative := self.definition(b, "neg")) is not None:
            self.become(op, "sub", a, negative.args[0])
        elif (negative := self.definition(a, "neg")) is not None:
            self.become(op, "sub", b, negative.args[0])
        elif (positive := self.positive_factor(op, b)) is not None:
            self.become(op, "sub", a, positive)
        return False

    def offset(self, op: Apply) -> bool | None:
        """``n - 1 - 1`` is ``n - 2``, of integers; None where there is nothing to do."""
        a, b = op.args
        inner = self.definer.get(a) if isinstance(a, Value) else None
        if inner is None or inner.prim not in ("add", "sub") or not all(map(_is_int, [op.result, *inner.args, b])):
            return None
        base, first = inner.args
        if not isinstance(first, Const) or not isinstance(b, Const):
            return None
        m, n = first.value, b.value
        if not isinstance(m, int) or not isinstance(n, int):
            return None
        total = (m if inner.prim == "add" else -m) + (n if op.prim == "add" else -n)
        if total == 0:
            return self.forward(op, base)
        self.become(op, "add" if total > 0 else "sub", base, Const(abs(total)))
        return False

    def is_zeros(self, atom: Atom) -> bool:
        """An array of zeros of a shape that is known, which nothing is stored into."""
        made = self.local.get(atom) if isinstance(atom, Value) else None
        shape = atom.type.shape if isinstance(atom.type, Num) else None
        return made is not None and made.prim == "np.zeros_like" and made.origin != "primal" \
            and bool(shape) and None not in (shape or ()) and not self.memory.is_stored(atom)

    def sub(self, op: Apply) -> bool:
        a, b = op.args
        if (moved := self.offset(op)) is not None:
            return moved
        if is_number(b, 0.0) and is_float(a):
            return self.forward(op, a)
        if (negative := self.definition(b, "neg")) is not None:
            self.become(op, "add", a, negative.args[0])
        elif (positive := self.positive_factor(op, b)) is not None:
            self.become(op, "add", a, positive)
        elif is_number(a, 0.0) and is_float(b):
            self.become(op, "neg", b)
        return False

    def positive_factor(self, op: Apply, atom: Atom) -> Value | None:
        """``2.0 * x`` where `atom` is ``-2.0 * x``."""
        product = self.definition(atom, "mul")
        if product is None:
            return None
        factor, rest = product.args
        if isinstance(factor, Const) and type(factor.value) in (int, float) and factor.value < 0:  # type: ignore[operator]
            return self.insert(op, "mul", Const(-factor.value), rest)  # type: ignore[operator]
        return None

    def mul(self, op: Apply) -> bool:
        a, b = op.args
        for x, y in ((a, b), (b, a)):
            if is_number(y, 1.0) and is_float(x) and self.forward(op, x):
                return True
        for x, y in ((a, b), (b, a)):
            if is_number(y, -1.0) and is_float(x):
                self.become(op, "neg", x)
                return self.neg(op)
        for left, (x, y) in ((True, (a, b)), (False, (b, a))):
            if (negative := self.definition(x, "neg")) is not None:
                inner = negative.args[0]
                product = self.insert(op, "mul", inner, y) if left else self.insert(op, "mul", y, inner)
                self.become(op, "neg", product)
                return False
        for x, y in ((a, b), (b, a)):
            quotient = self.definition(y, "truediv")
            if quotient is not None and is_number(quotient.args[0], 1.0):
                self.become(op, "truediv", x, quotient.args[1])
                return False
        push_broadcast(self, op)
        return False

    def truediv(self, op: Apply) -> bool:
        a, b = op.args
        if is_number(b, 1.0) and is_float(a):
            return self.forward(op, a)
        if (negative := self.definition(a, "neg")) is not None:
            self.become(op, "neg", self.insert(op, "truediv", negative.args[0], b))
            return False
        push_broadcast(self, op)
        return False

    def pow(self, op: Apply) -> bool:
        x, exponent = op.args
        if is_number(exponent, 1.0) and is_float(x):
            return self.forward(op, x)
        if is_number(exponent, 0.0) and is_float(x) and isinstance(x.type, Num) and x.type == Num("float", None, ()):
            return self.forward(op, Const(1.0))
        return False
