"""Which values may name one buffer, and what that asks of their adjoints.

Merges, lists and tuples give a buffer further names.  Values that may name the same one form a class; one with
stores in it is of a *kind*:

``plain``    each buffer keeps to one name while it is stored into: its adjoint may be a value like any other
``moving``   merges hand buffers on (`moves`): one name at a time, as with two arrays swapped in each iteration
``linked``   several names at a time: adjoints need shadow references that are made, merged and kept with the primal's

::

    B = A if c else C       # A, B and C: one class
    B[0] = x                # stored into
    y = A[0]                # and A is used further: linked
"""

from __future__ import annotations

from s2sad.analysis.moves import Moves, merged_at, places
from s2sad.analysis.references import References
from s2sad.ir.trace import Apply, Atom, Block, Call, If, Loop, Op, Value, While, Yield, loop_ends, passed_on
from s2sad.ir.types import SLICE, UNKNOWN, Atomic, FunctionType, ListType, Num, TupleType, Type

PLAIN, MOVING, LINKED = "plain", "moving", "linked"


def _copies_items(op: Apply) -> bool:
    """Whether a list or tuple gets the items of another: by a slice, or as a whole."""
    if op.prim in ("getitem", "setitem"):
        return op.args[1].type == SLICE and isinstance(op.args[0].type, (ListType, TupleType))
    return True


def is_reference(kind: Type) -> bool:
    """Whether a value of this type may be memory that is stored into, or hold such memory."""
    if isinstance(kind, TupleType):
        return any(map(is_reference, kind.items))
    return not ((isinstance(kind, Num) and kind.is_scalar) or isinstance(kind, (Atomic, FunctionType)))


class Aliases:
    """The classes of one function and their kinds; `stores` are the stores by root."""

    def __init__(self, refs: References, stores: dict[Value, list[Op]]) -> None:
        self.refs = refs
        self.stores = stores
        self._above: dict[Value, Value] = {}
        self._items: dict[Value, Value] = {}
        for op in refs.order:
            self._relate(op)
        self.members: dict[Value, list[Value]] = {}
        for value in [*refs.home]:
            if is_reference(value.type):
                self.members.setdefault(self.find(refs.root(value)), []).append(value)
        self.kind: dict[Value, str] = {}
        self._decide()

    # -- classes --------------------------------------------------------------------------

    def find(self, value: Value) -> Value:
        while (above := self._above.get(value)) is not None:
            value = above
        return value

    def of(self, value: Value) -> Value:
        """What stands for the class of a value."""
        return self.find(self.refs.root(value))

    def kind_of(self, value: Atom) -> str:
        return self.kind.get(self.of(value), PLAIN) if isinstance(value, Value) else PLAIN

    def _item(self, value: Value) -> Value:
        """The class of what is in the lists or tuples of a class."""
        holder = self.find(value)
        if holder not in self._items:
            self._items[holder] = Value("item")
        return self._items[holder]

    def item_of(self, value: Value) -> Value | None:
        """What stands for the arrays in a list or tuple, if it is known to hold any."""
        found = self._items.get(self.of(value))
        return None if found is None else self.find(found)

    def reach(self, value: Value) -> set[Value]:
        """The class of a value, and those of everything that is in it."""
        found: set[Value] = set()
        name: Value | None = self.of(value)
        while name is not None and name not in found:
            found.add(name)
            inner = self._items.get(name)
            name = None if inner is None else self.find(inner)
        return found

    def _unify(self, a: Value, b: Value) -> None:
        p, q = self.find(a), self.find(b)
        if p is q:
            return
        self._above[p] = q
        inner = [held for held in (self._items.pop(p, None), self._items.pop(q, None)) if held is not None]
        if inner:
            self._items[q] = inner[0]  # before these are unified: a list may be one with what it holds
        if len(inner) == 2:
            self._unify(*inner)

    def _join(self, a: Atom, b: Atom) -> None:
        if isinstance(a, Value) and isinstance(b, Value) and is_reference(a.type) and is_reference(b.type):
            self._unify(self.refs.root(a), self.refs.root(b))

    def _hold(self, holder: Atom, item: Atom) -> None:
        if isinstance(holder, Value) and isinstance(item, Value) and is_reference(item.type):
            self._unify(self.refs.root(item), self._item(self.refs.root(holder)))

    def _relate(self, op: Op) -> None:
        if isinstance(op, Apply):
            self._relate_apply(op)
        elif isinstance(op, Call):
            for result in op.results:
                for argument in self.refs.returned(op):
                    self._join(result, argument)
                    if not isinstance(result.type, Num):  # it may hold the argument, at any depth
                        self._hold(result, result)
        elif isinstance(op, If):
            for k, result in enumerate(op.results):
                if self._only_tested(result):
                    continue  # `while stack and n < 7`: a list or a truth value, but nobody gets at it
                for atom in passed_on(op, k):
                    self._join(result, atom)
        elif isinstance(op, Loop):
            ends = [end.operands() for end in loop_ends(op)]
            heads = op.cond.params if isinstance(op, While) else op.carried
            for k, names in enumerate(zip(op.carried, op.results, heads)):
                for atom in [*names[1:], op.inits[k], *(end[k] for end in ends)]:
                    self._join(names[0], atom)

    def _relate_apply(self, op: Apply) -> None:
        if op.prim in ("list", "tuple", "list_repeat"):
            for atom in op.args if op.prim != "list_repeat" else op.args[:1]:
                self._hold(op.result, atom)
        elif op.prim in ("getitem", "setitem", "list_of", "tuple_of") and _copies_items(op):
            self._share_items([*op.results, *op.args])
            if op.prim in ("list_of", "tuple_of") and isinstance(op.args[0].type, Num) and op.args[0].type.rank != 1:
                self._hold(op.result, op.args[0])  # the rows of an array are views
        elif op.prim in ("append", "insert", "setitem") and not isinstance(op.args[0].type, Num):
            self._hold(op.args[0], op.args[-1])
        elif op.prim in ("getitem", "pop", "pop_at") and is_reference(op.result.type) \
                and self.refs.viewed(op.result) is None:
            source = op.args[0]
            if isinstance(source, Value) and not isinstance(source.type, Num):
                self._unify(self.refs.root(op.result), self._item(self.refs.root(source)))
        elif op.prim in ("concat", "repeat", "copy"):
            self._share_items([op.result, *op.args])
        elif op.prim == "select":
            for atom in op.args[1:]:
                self._join(op.result, atom)

    def _only_tested(self, value: Value) -> bool:
        """Whether only the truth of a value is asked for."""
        if not isinstance(value.type, Num) and value.type != UNKNOWN:
            return False
        return all((isinstance(use, If) and use.cond is value)
                   or (isinstance(use, Apply) and use.prim in ("not", "bool"))
                   or (isinstance(use, Yield) and self._is_condition(use))
                   for use in self.refs.uses.get(value, ()))

    def _is_condition(self, end: Op) -> bool:
        owner, block = self.refs.path[end][-1] if self.refs.path[end] else (None, None)
        return isinstance(owner, While) and owner.cond is block

    def _share_items(self, atoms: list[Atom]) -> None:
        """Lists and tuples that hold the same items."""
        holders = [a for a in atoms if isinstance(a, Value) and not isinstance(a.type, Num) and is_reference(a.type)]
        for holder in holders[1:]:
            self._unify(self._item(self.refs.root(holders[0])), self._item(self.refs.root(holder)))

    # -- kinds ----------------------------------------------------------------------------

    def _decide(self) -> None:
        stored: dict[Value, list[Value]] = {}
        for root in self.stores:
            stored.setdefault(self.find(root), []).append(root)
        merged: dict[Value, list[tuple[Op, Block, Value]]] = {}
        for op, block, atoms in self.refs.passed():
            for atom in atoms:
                name = self.of(atom)
                if name in stored:
                    merged.setdefault(name, []).append((op, block, atom))
        moves = Moves(self.refs)
        for name, roots in stored.items():
            edges = merged.get(name, [])
            if all(map(self._allocated, roots)) and not any(self._unsafe(*edge) for edge in edges):
                self.kind[name] = PLAIN
            elif not any(isinstance(root.type, ListType) for root in roots) \
                    and all(self._moves(moves, op, atom) for op, _, atom in edges) and all(map(self._owned, roots)):
                self.kind[name] = MOVING
            else:
                self.kind[name] = LINKED
        self._link_holders()

    def _link_holders(self) -> None:
        """A list of linked arrays needs a list of their shadows beside it."""
        changed = True
        while changed:
            changed = False
            for holder, item in list(self._items.items()):
                name = self.find(holder)
                if self.kind.get(self.find(item)) == LINKED and self.kind.get(name) != LINKED:
                    self.kind[name] = LINKED
                    changed = True

    def _allocated(self, root: Value) -> bool:
        """Whether a root is memory that only it refers to: what an operation made, or a parameter."""
        return root in self.refs.function.values or self.refs.new(root)

    def _owned(self, root: Value) -> bool:
        """Whether a root is memory that only it refers to if all merges are moves."""
        return self._allocated(root) or not isinstance(self.refs.definition.get(root), (Apply, Call))

    def _moves(self, moves: Moves, op: Op, atom: Value) -> bool:
        if not isinstance(op, (If, Loop)):
            # A list goes on holding the buffer, which may be stored into under any of its names.
            name = self.of(atom)
            return not any(self.refs.later(store, op) for root, stores in self.stores.items() if self.find(root) is name
                           for store in stores)
        return all(moves.moved(place, self.refs.root(atom)) for place in places(op) if atom in merged_at(op, place))

    def _unsafe(self, op: Op, block: Block, atom: Value) -> bool:
        """Whether a buffer gets another name here and is stored into under its old one later."""
        root = self.refs.root(atom)
        if root not in self.stores:
            return False
        if self.refs.home[root] is block and not (isinstance(op, Loop) and atom in op.inits):
            return False
        return self.changed_after(op, root)

    def changed_after(self, op: Op, root: Value) -> bool:
        """Whether something is stored under this root after `op`, in its own or a later iteration."""
        definition = self.refs.definition.get(root)
        home = len(self.refs.loops[definition]) if definition is not None else 0
        for store in self.stores.get(root, ()):
            if self.refs.order[store] > self.refs.order[op]:
                return True
            if sum(loop in self.refs.loops[op] for loop in self.refs.loops[store]) > home:
                return True
        return False
