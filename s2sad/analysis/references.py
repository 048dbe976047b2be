"""Where values are defined and used, and which of them refer to memory of which.

A *root* is a value that refers to memory by itself: what an operation allocated, a parameter, an item taken out of a
list, what a branch or loop merged.  A *view* (a basic slice, a transpose) has the root of what it views::

    A = np.zeros(n)            # a root
    v = getitem(A, slice)      # a view: its root is A
    w = getitem(v, slice)      # so is this

The operations are numbered in program order.  `may_follow` says whether one of them can run after another one while a
given value is alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from s2sad.ir.signature import Signature
from s2sad.ir.trace import Apply, Block, Call, Function, If, Loop, Op, Return, Value, loop_ends
from s2sad.ir.types import SLICE, UNKNOWN, Atomic, ListType, Num, TupleType, Type
from s2sad.rules.row import Table

# Operations that read only the shape (or dtype) of these operands, whatever is stored in them.
SHAPE_READS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("shape", "np.shape", "size", "np.size", "ndim", "np.ndim", "len", "dtype",
                     "np.zeros_like", "np.ones_like", "np.empty_like",
                     "helper.zeros_like", "helper.shadow_like"), (0,)),
    "helper.unbroadcast": (1,),
}
# Operands of which it matters only what memory they are: whether one is a view of the other.
PLACE_READS: dict[str, tuple[int, ...]] = {"helper.shadow_view": (1, 2), "helper.tangent_view": (1, 2)}


def is_basic_index(index_type: Type) -> bool | None:
    """Whether indexing makes a view (ints, slices, None, Ellipsis); None where the type does not tell."""
    if isinstance(index_type, TupleType):
        answers = [is_basic_index(t) for t in index_type.items]
        if False in answers:
            return False
        return None if None in answers else True
    if isinstance(index_type, Num):
        if index_type.kind == "bool":
            return False
        if index_type.shape is None:
            return None
        return index_type.is_scalar
    if isinstance(index_type, ListType):
        return False
    if isinstance(index_type, Atomic):
        return index_type == SLICE or index_type.name in ("none", "ellipsis")
    return None


def may_repeat(kind: Type) -> bool:
    """Whether an index may name an element twice: integer arrays and lists may, masks and slices not."""
    if isinstance(kind, TupleType):
        return any(map(may_repeat, kind.items))
    return is_basic_index(kind) is not True and not (isinstance(kind, Num) and kind.kind == "bool")


def reads_contents(op: Op, value: Value) -> bool:
    """Whether an operation reads what is in `value`, and not only its shape (which an array keeps, a list does not)."""
    if not isinstance(op, Apply) or isinstance(value.type, ListType) or (op.prim == "len" and value.type == UNKNOWN):
        return value in op.operands()
    shape_only = SHAPE_READS.get(op.prim, ()) or PLACE_READS.get(op.prim, ())
    return any(a is value and k not in shape_only for k, a in enumerate(op.operands()))


@dataclass(frozen=True)
class Effect:
    """Positions of the parameters that a function stores into, and of those that its result may share memory with."""

    writes: frozenset[int] = frozenset()
    returns: frozenset[int] = frozenset()


Effects = dict[str, Effect]


class References:
    """Definitions, uses, program order, views and roots of one function."""

    def __init__(self, function: Function, table: Table, effects: Effects | None = None) -> None:
        self.effects = {} if effects is None else effects
        self.function = function
        self.table = table
        self.definition: dict[Value, Op] = {}
        self.home: dict[Value, Block] = {}
        self.order: dict[Op, int] = {}
        self.loops: dict[Op, list[Loop]] = {}
        self.uses: dict[Value, list[Op]] = {}
        # The blocks around an operation from the outermost one, each with the operation that owns it.
        self.path: dict[Op, tuple[tuple[Op | None, Block], ...]] = {}
        self._number(function.block, [], ((None, function.block),))

    def _number(self, block: Block, loops: list[Loop], path: tuple[tuple[Op | None, Block], ...]) -> None:
        for value in block.params:
            self.home[value] = block
        for op in block.ops:
            self.order[op] = len(self.order)
            self.loops[op] = loops
            self.path[op] = path
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.uses.setdefault(atom, []).append(op)
            for value in op.defined():
                self.definition[value] = op
                self.home[value] = block
            inner = [*loops, op] if isinstance(op, Loop) else loops
            for nested in op.blocks():
                self._number(nested, inner, (*path, (op, nested)))

    def signature(self, op: Apply) -> Signature:
        return self.table.signature(op.prim)

    # -- views and roots ------------------------------------------------------------------

    def viewed(self, value: Value) -> Value | None:
        """The operand that `value` may share memory with, or None for a root."""
        op = self.definition.get(value)
        if not isinstance(op, Apply):
            return None
        position = self.signature(op).view_of
        if position is None or position >= len(op.args):
            return None
        source = op.args[position]
        if not isinstance(source, Value) or (isinstance(value.type, Num) and value.type.is_scalar):
            return None
        if op.prim == "getitem" and is_basic_index(op.args[1].type) is False:
            return None
        if op.prim == "getitem" and isinstance(source.type, (TupleType, ListType)):
            return None
        return source

    def root(self, value: Value) -> Value:
        """The memory that `value` refers to."""
        source = self.viewed(value)
        while source is not None:
            value, source = source, self.viewed(source)
        return value

    def written(self, op: Op) -> list[Value]:
        """The values that an operation stores into."""
        if isinstance(op, Apply):
            target = self.signature(op).mutates
            targets = [] if target is None else [op.args[target]]
        elif isinstance(op, Call) and op.callee in self.effects:
            targets = [op.args[k] for k in sorted(self.effects[op.callee].writes)]
        else:
            targets = []
        return [a for a in targets if isinstance(a, Value)]

    def returned(self, op: Call) -> list[Value]:
        """The arguments that the result of a call may share memory with."""
        if op.callee not in self.effects:
            return _values(op)
        return [a for k in sorted(self.effects[op.callee].returns) if isinstance(a := op.args[k], Value)]

    def new(self, value: Value) -> bool:
        """Whether a value is memory that an operation allocated, or a number, which nothing is stored into."""
        if isinstance(value.type, Num) and value.type.is_scalar:
            return True
        maker = self.definition.get(value)
        if isinstance(maker, Call):
            return not self.returned(maker)
        if not isinstance(maker, Apply) or maker.prim == "global" or self.viewed(value) is not None:
            return False
        if maker.prim == "getitem":  # by an index that makes a copy, not an item of a list
            return isinstance(maker.args[0].type, Num)
        return self.signature(maker).fresh

    def apart(self, a: Value, b: Value) -> bool:
        """Whether two values certainly share no memory: one is new, and the other new or from outside."""
        p, q = self.root(a), self.root(b)
        outer = [v for v in (p, q) if v in self.function.values]
        return p is not q and sum(map(self.new, (p, q))) + len(outer) == 2 and len(outer) < 2

    # -- order ----------------------------------------------------------------------------

    def passed(self) -> Iterator[tuple[Op, Block, list[Value]]]:
        """What gets further names: (operation, the block that a value leaves by it, the values)."""
        for op in self.order:
            if isinstance(op, If):
                yield from ((op, block, _values(block.ops[-1])) for block in op.blocks())
            elif isinstance(op, Loop):
                yield op, self.home_of(op), [a for a in op.inits if isinstance(a, Value)]
                yield from ((op, op.body, _values(end)) for end in loop_ends(op))
            elif isinstance(op, Call):
                yield op, Block(), self.returned(op)
            elif isinstance(op, Apply) and op.prim in ("list", "tuple", "list_repeat"):
                if not self.transient(op.result):
                    yield op, Block(), _values(op)
            elif isinstance(op, Apply) and op.prim in ("append", "insert", "setitem") \
                    and isinstance(op.args[0].type, ListType):
                yield op, Block(), [a for a in op.args[-1:] if isinstance(a, Value)]

    def transient(self, value: Value) -> bool:
        """Whether a list or tuple is written out to be read at once, or returned, and so keeps no reference."""
        op = self.definition.get(value)
        if not isinstance(op, Apply) or op.prim not in ("list", "tuple"):
            return False
        return all(self._reads_or_returns(use) for use in self.uses.get(value, ()))

    def _reads_or_returns(self, op: Op) -> bool:
        if isinstance(op, Apply):
            if op.prim in ("list", "tuple"):
                return self.transient(op.result)
            signature = self.signature(op)
            holds = any(isinstance(r.type, (ListType, TupleType)) for r in op.results)
            return signature.pure and signature.fresh and not holds
        return isinstance(op, Return)

    def home_of(self, op: Op) -> Block:
        return self.path[op][-1][1]

    def may_follow(self, later: Op, earlier: Op, value: Value) -> bool:
        """Whether `later` can run after `earlier` on the same incarnation of `value`."""
        home = self.home.get(value)
        outer = self.loops_of(value)
        if any(loop in self.loops[later] for loop in self.loops[earlier][outer:]):
            return True
        if isinstance(earlier, Loop) and any(owner is earlier for owner, _ in self.path[later]):
            return True
        return home is not None and self.order[later] > self.order[earlier] and not self._exclusive(later, earlier)

    def later(self, store: Op, op: Op) -> bool:
        """Whether a store may run after `op`, behind it or in another iteration of a loop around both."""
        return self.order[store] > self.order[op] or any(loop in self.loops[op] for loop in self.loops[store])

    def loops_of(self, value: Value) -> int:
        """How many loops are around the definition of a value."""
        if value in self.definition:
            return len(self.loops[self.definition[value]])
        home = self.home.get(value)
        if home is None or not home.ops:
            return 0
        return len(self.loops[home.ops[0]])

    def _exclusive(self, a: Op, b: Op) -> bool:
        """Whether two operations are on different sides of one branch."""
        for (owner, one), (other, another) in zip(self.path[a], self.path[b]):
            if one is not another:
                return owner is other and isinstance(owner, If)
        return False


def _values(op: Op) -> list[Value]:
    return [a for a in op.operands() if isinstance(a, Value)]
