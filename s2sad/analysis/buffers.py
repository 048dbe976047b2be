"""Which values are buffers that are stored into, and whether a read sees a later store.

A root (`references`) is *mutated* when some operation stores into it, directly or through a view, or into another name
of it (`aliases`).  Values that are never stored into are pure: they can be referred to at any time.

`changing` are the positions of parameters (-1: the result) that callers store into after the function has returned.
`Buffers.changed_after(op, value)` answers the question of versions: may the contents of `value` differ, at
the end of the forward sweep, from what `op` saw?  Inside a loop that the buffer outlives, a store anywhere in the
loop comes after every read in it.

Refused are stores into module globals, into lists that have several names, and into what the items of an argument are.
"""

from __future__ import annotations

from collections.abc import Iterator

from s2sad.analysis.aliases import LINKED, PLAIN, Aliases
from s2sad.analysis.flows import Flows
from s2sad.analysis.iterated import refuse_changed_while_iterated
from s2sad.analysis.references import SHAPE_READS, Effects, References, is_basic_index, reads_contents
from s2sad.errors import UnsupportedError
from s2sad.ir.trace import Apply, Atom, Call, Function, Op, Terminator, Value
from s2sad.ir.types import SLICE, UNKNOWN, ListType, Num, TupleType
from s2sad.rules.row import Table

__all__ = ["SHAPE_READS", "Buffers", "is_basic_index", "reads_contents"]

# Primitives whose result is a view whatever the layout of what they view, and those where the layout decides.
_VIEWS = frozenset({"getitem", "np.transpose", "np.swapaxes", "np.moveaxis", "np.expand_dims", "np.squeeze", "np.flip",
                    "np.fliplr", "np.flipud", "np.rot90", "assign", "recall", "own", "helper.shadow_view"})
# Primitives that take an item out of a list or tuple.
_TAKING = frozenset({"getitem", "pop", "pop_at"})
_BY_LAYOUT = frozenset({"np.reshape", "np.ravel", "np.asarray", "np.ascontiguousarray", "np.atleast_1d",
                        "np.atleast_2d", "helper.tangent_view"})


class Buffers(References):
    """Facts about the buffers of one function."""

    def __init__(self, function: Function, table: Table, effects: Effects | None = None, check: bool = True,
                 changing: tuple[int, ...] = ()) -> None:
        super().__init__(function, table, effects)
        self._counted: set[Value] = set()
        self.stores: dict[Value, list[Op]] = {}
        self._find_stores(check)
        self.aliases = Aliases(self, self.stores)
        # The stores into classes whose members have several names, by class.
        self.shared: dict[Value, list[Op]] = {}
        # What callers store into after the function has returned.
        self.leaving: set[Value] = set()
        self._share()
        self._link_unsure_views()
        for k in changing:
            atom = function.values[k] if k >= 0 else function.block.ops[-1].operands()[0]
            if isinstance(atom, Value):
                self.leaving |= self.aliases.reach(atom)
        if check:
            self._check()
            self._check_lists()
            refuse_changed_while_iterated(self)

    def _share(self) -> None:
        for root, ops in self.stores.items():
            name = self.aliases.find(root)
            if self.aliases.kind_of(root) != PLAIN and root not in self._counted:
                self._counted.add(root)
                self.shared.setdefault(name, []).extend(ops)

    def _link_unsure_views(self) -> None:
        """What may be a view or a copy while something is stored there needs a shadow that is the one or the other."""
        for value in self.home:
            if self.by_layout(value):
                self.aliases.kind[self.aliases.of(value)] = LINKED
        self._share()

    # -- construction -------------------------------------------------------------------

    def _find_stores(self, check: bool) -> None:
        for op in self.order:
            for target in self.written(op):
                self._store(op, target, check)

    def _store(self, op: Op, target: Value, check: bool) -> None:
        root = self.root(target)
        maker = self.definition.get(root)
        if check and isinstance(maker, Apply) and maker.prim == "global":
            raise UnsupportedError(
                f"a store into {maker.attrs['name']!r}, which belongs to the module", loc=op.loc,
                function=self.function.name, hint="pass it as an argument")
        self.stores.setdefault(root, []).append(op)

    def _check(self) -> None:
        """Refuse what shadows cannot follow: lists of numbers with several names, items of arguments."""
        for root, ops in self.stores.items():
            maker = self.definition.get(root)
            if isinstance(maker, Call) and self.returned(maker):
                shown = root.name or "this value"
                raise UnsupportedError(
                    f"a store into {shown!r}, which may share memory with something else", loc=ops[0].loc,
                    function=self.function.name, hint=f"make a copy before the store: {shown} = {shown}.copy()")
            if self.aliases.kind_of(root) == LINKED:
                for member in self.aliases.members.get(self.aliases.find(root), ()):
                    self._check_member(member, ops[0])

    def _check_lists(self) -> None:
        """A list that came in keeps its length: only numbers are stored into it, one by one."""
        for root in self.written_arguments():
            for op in self.shared.get(self.aliases.of(root)) or self.stores.get(root, []):
                if isinstance(root.type, ListType) and not self._keeps_items(root, op):
                    self._refuse_list(root, op)

    def _keeps_items(self, root: Value, op: Op) -> bool:
        """Whether a store into a list that came in leaves it as many numbers as it had."""
        item = root.type.item if isinstance(root.type, ListType) else UNKNOWN
        if not (isinstance(item, Num) and item.is_scalar):
            return False
        if isinstance(op, Call):
            return True  # the callee's own stores are looked at there
        return isinstance(op, Apply) and op.prim in ("setitem", "accumulate_at") and op.args[1].type != SLICE

    def _refuse_list(self, root: Value, op: Op) -> None:
        raise UnsupportedError(
            f"{self.function.name!r} changes the items or the length of its argument {root.name!r}, a list", loc=op.loc,
            function=self.function.name, hint=f"make a copy first ({root.name} = list({root.name})) and return it")

    def _check_member(self, member: Value, op: Op) -> None:
        maker = self.definition.get(member)
        if not isinstance(maker, Apply) or maker.prim not in _TAKING or self.viewed(member) is not None:
            return
        source = maker.args[0]
        if isinstance(source, Value) and self.root(source) in self.function.values:
            raise UnsupportedError(
                f"a store into an item of the argument {self.root(source).name!r}", loc=op.loc,
                function=self.function.name, hint="make a copy of the item first")

    # -- questions ----------------------------------------------------------------------

    def linked(self, value: Atom) -> bool:
        """Whether several names may refer to what `value` does while it is stored into."""
        return isinstance(value, Value) and self.aliases.kind_of(value) == LINKED and not self.transient(value)

    def holds_linked(self, value: Atom) -> bool:
        """Whether a list or tuple holds buffers that have shadow references; what else it holds has adjoints."""
        item = self.aliases.item_of(value) if isinstance(value, Value) else None
        return item is not None and self.aliases.kind.get(item) == LINKED

    def mutated(self, value: Atom) -> bool:
        if not isinstance(value, Value):
            return False
        name = self.aliases.of(value)
        return self.root(value) in self.stores or name in self.shared or name in self.leaving

    def _stores_inside(self, value: Value) -> list[Op]:
        """The stores into arrays that a list or tuple holds."""
        if not isinstance(value.type, (ListType, TupleType)):
            return []
        inside = self.aliases.reach(value) - {self.aliases.of(value)}
        return [op for root, ops in self.stores.items() if self.aliases.find(root) in inside for op in ops]

    def _readers(self, value: Value) -> Iterator[tuple[Op, Value]]:
        """The uses of a value, and of the lists and tuples that it is written into."""
        for use in self.uses.get(value, ()):
            yield use, value
            if isinstance(use, Apply) and use.prim in ("list", "tuple"):
                yield from self._readers(use.result)

    def _keeps(self, op: Op) -> bool:
        """Whether an operation puts a reference into a list that was there before."""
        return isinstance(op, Apply) and op.prim in ("append", "insert", "setitem") \
            and not isinstance(op.args[0].type, Num)

    def handed_on(self, value: Value) -> bool:
        """Whether a value is a whole buffer that merges hand on, with views that it matters to follow."""
        if self.aliases.of(value) not in self.shared or self.viewed(value) is not None:
            return False
        return any(self.root(view) is value and self.viewed(view) is not None and not self.settled(view)
                   for view in self.aliases.members.get(self.aliases.of(value), ()))

    def by_layout(self, value: Value) -> bool:
        """Whether it matters that a value may be a view or a copy, as the layout of what it is made of decides."""
        return self.viewed(value) is not None and self._made_by(value) in _BY_LAYOUT and self.mutated(value) \
            and not self.is_view(value) and not self.settled(value)

    def written_arguments(self) -> list[Value]:
        """The parameters whose memory is stored into, perhaps under another name."""
        flows = Flows(self, self.aliases) if self.shared else None
        reached = {node for root in self.stores for node in flows.sources(root)} if flows else set()
        return [v for v in self.function.values
                if v in self.stores or (v in reached and self.aliases.of(v) in self.shared)]

    def changed_after(self, op: Op, value: Atom) -> bool:
        """Whether the contents of `value` may change between `op` and the end of its buffer's life."""
        if not isinstance(value, Value):
            return False
        name = self.aliases.of(value)
        if name in self.leaving:
            return True
        if any(self.later(store, op) for store in self._stores_inside(value)):
            return True
        if name not in self.shared:
            return self.aliases.changed_after(op, self.root(value))
        return any(self.later(store, op) for store in self.shared[name])

    def settled(self, value: Value) -> bool:
        """Whether nothing is stored into what `value` views between its definition and its last use.

        Then it does not matter whether it is a view or a copy."""
        made = self.definition[value]
        stores = self.shared.get(self.aliases.of(value)) or self.stores.get(self.root(value), [])
        for use, read in self._readers(value):
            if not reads_contents(use, read):
                continue
            if read in self.written(use) or (stores and self._keeps(use)):
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

    def is_view(self, value: Value) -> bool:
        """Whether a value is certainly a view, so that the same operation on its source's shadow makes one, too."""
        prim = self._made_by(value)
        if prim in _BY_LAYOUT:
            source = self.viewed(value)
            return source is not None and self._contiguous(source)
        return prim in _VIEWS

    def _made_by(self, value: Value) -> str | None:
        maker = self.definition.get(value)
        return maker.prim if isinstance(maker, Apply) else None

    def _contiguous(self, value: Value) -> bool:
        """Whether an array certainly lies in memory in the order of its elements."""
        source = self.viewed(value)
        if source is not None:
            return self._made_by(value) in _BY_LAYOUT and self._contiguous(source)
        prim = self._made_by(value)
        maker = self.definition.get(value)
        one_axis = isinstance(value.type, Num) and value.type.rank == 1
        return prim in ("np.zeros", "np.ones", "np.empty", "np.full", "np.eye") or (
            one_axis and isinstance(maker, Apply) and self.signature(maker).fresh)

    def is_item(self, value: Value) -> bool:
        """Whether a value is memory that was taken out of a list or tuple."""
        maker = self.definition.get(value)
        return isinstance(maker, Apply) and maker.prim in _TAKING and self.viewed(value) is None \
            and isinstance(maker.args[0].type, (TupleType, ListType)) \
            and not (maker.prim == "getitem" and maker.args[1].type == SLICE)
