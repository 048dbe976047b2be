"""Which values are buffers that are stored into, and whether a read sees a later store.

A *root* is the value of the operation that allocated a buffer.  A view (a basic slice, a reshape) has the root
of what it views.  A root is *mutated* when some operation stores into it, directly or through a
view.  Values that are never stored into are pure: they can be referred to at any time.

`Buffers.changed_after(op, value)` answers the question of versions: may the contents of `value` differ, at
the end of the forward sweep, from what `op` saw?  The operations are numbered in program order; inside a loop
that the buffer outlives, a store anywhere in the loop comes after every read in it.

Refused, because the shadow of a buffer is created where its allocation is mirrored: stores into
parameters and module globals, and into values that are merged from several buffers.
"""

from __future__ import annotations

from s2sad.errors import UnsupportedError
from s2sad.ir.signature import Signature
from s2sad.ir.trace import UNDEF, Apply, Atom, Block, Call, Function, If, Loop, Op, Terminator, Value, loop_ends
from s2sad.ir.types import INT, SLICE, Atomic, ListType, Num, TupleType, Type
from s2sad.rules.row import Table


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
        return index_type in (SLICE, INT) or index_type.name in ("none", "ellipsis")
    return None


# Operations that read only the shape (or dtype) of these operands, whatever is stored in them.
SHAPE_READS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("shape", "np.shape", "size", "np.size", "ndim", "np.ndim", "len", "dtype",
                     "np.zeros_like", "np.ones_like", "np.empty_like",
                     "helper.zeros_like"), (0,)),
    "helper.unbroadcast": (1,),
}


def reads_contents(op: Op, value: Value) -> bool:
    """Whether an operation reads what is in `value`, and not only its shape."""
    shape_only = SHAPE_READS.get(op.prim, ()) if isinstance(op, Apply) else ()
    return any(a is value and k not in shape_only for k, a in enumerate(op.operands()))


class Buffers:
    """Facts about the buffers of one function."""

    def __init__(self, function: Function, table: Table) -> None:
        self.function = function
        self.table = table
        self.definition: dict[Value, Op] = {}
        self.home: dict[Value, Block] = {}
        self.order: dict[Op, int] = {}
        self.loops: dict[Op, list[Loop]] = {}
        self.stores: dict[Value, list[Op]] = {}
        self.uses: dict[Value, list[Op]] = {}
        self._number(function.block, [])
        self._find_stores()

    # -- construction -------------------------------------------------------------------

    def _number(self, block: Block, loops: list[Loop]) -> None:
        for value in block.params:
            self.home[value] = block
        for op in block.ops:
            self.order[op] = len(self.order)
            self.loops[op] = loops
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.uses.setdefault(atom, []).append(op)
            for value in op.defined():
                self.definition[value] = op
                self.home[value] = block
            inner = [*loops, op] if isinstance(op, Loop) else loops
            for nested in op.blocks():
                self._number(nested, inner)

    def _find_stores(self) -> None:
        for op in self.order:
            if isinstance(op, Apply):
                target = self.table.signature(op.prim).mutates
                if target is not None:
                    self._store(op, op.args[target])

    def _store(self, op: Apply, target: Atom) -> None:
        assert isinstance(target, Value)
        root = self.root(target)
        self._check_path(op, target)
        if isinstance(root.type, ListType) and op.prim in ("setitem", "accumulate_at") and op.args[1].type == SLICE:
            raise UnsupportedError("a store into a slice of a list", loc=op.loc, function=self.function.name,
                                   hint="use an array, or store item by item")
        maker = self.definition.get(root)
        shown = root.name or "this value"
        if maker is None and root in self.function.values:
            raise UnsupportedError(
                f"{self.function.name!r} stores into its argument {shown!r}", loc=op.loc, function=self.function.name,
                hint=f"make a copy first ({shown} = {shown}.copy()) and return it")
        fresh = isinstance(maker, Apply) and self.table.signature(maker.prim).fresh and maker.prim != "global"
        item = isinstance(maker, Apply) and maker.prim == "getitem" and not self._reads_scalar(maker)
        if not fresh or item:
            raise UnsupportedError(
                f"a store into {shown!r}, which may share memory with something else", loc=op.loc,
                function=self.function.name, hint=f"make a copy before the store: {shown} = {shown}.copy()")
        self.stores.setdefault(root, []).append(op)

    def _check_path(self, op: Apply, target: Value) -> None:
        """Stores through a slice are followed; `reshape` and `ravel` make a view or a copy as it happens."""
        view, source = target, self.viewed(target)
        while source is not None:
            maker = self.definition[view]
            if isinstance(maker, Apply) and maker.prim not in ("getitem", "np.transpose", "assign", "recall", "own"):
                raise UnsupportedError(
                    f"a store into the result of {maker.prim}, which may be a view or a copy", loc=op.loc,
                    function=self.function.name, hint="store into the array itself, or make a copy first")
            view, source = source, self.viewed(source)

    def _reads_scalar(self, op: Apply) -> bool:
        result_type = op.result.type
        return isinstance(result_type, Num) and result_type.is_scalar

    # -- questions ----------------------------------------------------------------------

    def signature(self, op: Apply) -> Signature:
        return self.table.signature(op.prim)

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
        """The allocation that `value` refers to."""
        source = self.viewed(value)
        while source is not None:
            value, source = source, self.viewed(source)
        return value

    def mutated(self, value: Atom) -> bool:
        return isinstance(value, Value) and self.root(value) in self.stores

    def changed_after(self, op: Op, value: Atom) -> bool:
        """Whether the contents of `value` may change between `op` and the end of its buffer's life."""
        if not isinstance(value, Value):
            return False
        root = self.root(value)
        home = self.loops[self.definition[root]] if root in self.definition else []
        for store in self.stores.get(root, ()):
            if self.order[store] > self.order[op]:
                return True
            shared = [loop for loop in self.loops[store] if loop in self.loops[op]]
            if len(shared) > len(home):
                return True
        return False

    def stores_into(self, op: Apply, value: Value) -> bool:
        target = self.signature(op).mutates
        return target is not None and op.args[target] is value

    def settled(self, value: Value) -> bool:
        """Whether nothing is stored into what `value` views between its definition and its last use.

        Then it does not matter whether it is a view or a copy."""
        made = self.definition[value]
        stores = self.stores.get(self.root(value), ())
        for use in self.uses.get(value, ()):
            if not reads_contents(use, value):
                continue
            if isinstance(use, Apply) and self.stores_into(use, value):
                return False
            repeated = [loop for loop in self.loops[use] if loop not in self.loops[made]]
            for store in stores:
                if self.order[made] < self.order[store] < self.order[use]:
                    return False
                if repeated and repeated[0] in self.loops[store]:
                    return False
            if isinstance(use, Terminator) and stores:
                return False
            if any(self.viewed(v) is value and not self.settled(v) for v in use.defined()):
                return False
        return True

    def check_merges(self) -> None:
        """Refuse buffers that are stored into and merged with others while they are still in use."""
        for op in self.order:
            for block, atoms in self._passed(op):
                for atom in atoms:
                    self._check_merge(op, block, atom)

    def _passed(self, op: Op) -> list[tuple[Block, list[Atom]]]:
        """What an operation gives further names to, with the block that it leaves."""
        if isinstance(op, If):
            return [(block, block.ops[-1].operands()) for block in op.blocks()]
        if isinstance(op, Loop):
            return [(self.home_of(op), list(op.inits)), *((op.body, end.operands()) for end in loop_ends(op))]
        if isinstance(op, Call) or (isinstance(op, Apply) and op.prim in ("list", "tuple", "list_repeat")):
            return [(Block(), op.operands())]
        if isinstance(op, Apply) and op.prim in ("append", "setitem") and isinstance(op.args[0].type, ListType):
            return [(Block(), op.args[-1:])]
        return []

    def home_of(self, op: Op) -> Block:
        for value in op.defined():
            return self.home[value]
        return self.function.block

    def _check_merge(self, op: Op, block: Block, atom: Atom) -> None:
        if atom is UNDEF or not isinstance(atom, Value) or not self.mutated(atom):
            return
        root = self.root(atom)
        if self.home[root] is block and not (isinstance(op, Loop) and atom in op.inits):
            return
        if self.changed_after(op, root) or self._stored_inside(op, root):
            shown = root.name or "this array"
            raise UnsupportedError(
                f"{shown!r} is stored into while another name may refer to it", loc=op.loc,
                function=self.function.name, hint=f"make a copy: {shown}.copy()")

    def _stored_inside(self, op: Op, root: Value) -> bool:
        first = self.order[op]
        inside = isinstance(op, Loop)
        return inside and any(op in self.loops[store] and self.order[store] > first for store in self.stores[root])
