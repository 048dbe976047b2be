"""Which values of a derivative carry all directions at once: those that depend on a tangent (or on a seed).

::

    function f_jvp(x, x_dot)          x_dot: many
        w0 = cos(x)                   w0: one
        y_dot = mul(x_dot, w0)        y_dot: many
        bar = np.zeros_like(x)        bar: many, for what is stored below is
        setitem(bar, 0, y_dot)

Facts run forward, from operands to results, and backward where memory is shared: what a value that carries directions
is stored into carries them from its allocation on, under all of its names.  All names of a list are one class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from s2sad.errors import UnsupportedError
from s2sad.ir.trace import (
    Apply,
    Atom,
    Call,
    Function,
    If,
    Loop,
    Op,
    Return,
    Value,
    While,
    loop_ends,
    merges,
    passed_on,
    walk,
)
from s2sad.ir.types import NONE, ListType, Num, TupleType, Type
from s2sad.rules.row import Table

# Whether a value carries directions; of a tuple, for each item (True and False stand for all of them).
State = bool | tuple["State", ...]

# What is the same for every direction: it is asked of one of them.
SHAPES = frozenset({"shape", "np.shape", "size", "np.size", "len", "ndim", "np.ndim", "dtype"})
# New memory in the image of an operand, whose contents do not matter.
LIKE = frozenset({"np.zeros_like", "np.ones_like", "np.empty_like", "np.full_like", "helper.zeros_like"})
# Stores whose last operand says where, and not what.
POSITIONS = frozenset({"pop", "pop_at", "delitem"})
_DEPTH = 20
_PUTS = frozenset({"append", "insert", "setitem"})
# Results that are an operand again.
_PASSED = frozenset({"assign", "own", "select"})


def join(a: State, b: State) -> State:
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(map(join, a, b))
    if isinstance(a, tuple) and b is False:
        return a
    if isinstance(b, tuple) and a is False:
        return b
    return bool(a or b)


def depth(state: State) -> int:
    return 1 + max(map(depth, state), default=0) if isinstance(state, tuple) else 0


def any_of(state: State) -> bool:
    return any(map(any_of, state)) if isinstance(state, tuple) else state


@dataclass
class Summary:
    """Of a callee, for some states of its arguments: its result's state, and the arguments that it needs many of."""

    result: State = False
    demands: set[int] = field(default_factory=set)


# (key, states of the arguments) -> what is known of the call
Summaries = Callable[[str, "tuple[State, ...]"], Summary]


class States:
    """The states of one function's values, given those of its parameters."""

    def __init__(self, function: Function, table: Table, params: Sequence[State], summaries: Summaries) -> None:
        self.function, self.table, self.summaries = function, table, summaries
        self._of: dict[Value, State] = dict(zip(function.values, params))
        self.summary = Summary()
        self.memory: set[Value] = set()  # values whose memory carries directions, lists by their class
        self._parent: dict[Value, Value] = {}
        self.definer: dict[Value, Op] = {v: op for op in walk(function.block) for v in op.defined()}
        self.merged: dict[Value, list[tuple[list[Value], list[Atom]]]] = {}
        for flow in merges(function):
            for value in flow[0]:
                self.merged.setdefault(value, []).append(flow)
        self._from_tuples: dict[Value, Apply] = {}  # memory that is an item of a tuple
        self._unite()
        self.changed = True
        while self.changed:
            self.changed = False
            for op in walk(function.block):
                self._visit(op)
            for value in list(self.memory):
                self._demand_sources(value)

        for op in self._from_tuples.values():
            if not any_of(item_of(self.of(op.args[0]), op.args[1])):
                raise UnsupportedError("an array out of a tuple is stored into, which vector mode does not follow",
                                       loc=op.loc, hint="differentiate with jvp in each direction")

    # -- facts ------------------------------------------------------------------------------

    def of(self, atom: Atom) -> State:
        return self._of.get(self.find(atom), False) if isinstance(atom, Value) else False

    def many(self, atom: Atom) -> bool:
        return any_of(self.of(atom))

    def find(self, value: Value) -> Value:
        while value in self._parent:
            value = self._parent[value]
        return value

    def _learn(self, value: Value, state: State) -> None:
        if not any_of(state) or not _carries(value.type):
            return
        root = self.find(value)
        known = self._of.get(root, False)
        if join(known, state) != known:
            self._of[root] = join(known, state)
            self.changed = True

    # -- lists ------------------------------------------------------------------------------

    def _unite(self) -> None:
        """The classes of the lists."""
        for results, sources in merges(self.function):
            for atom in (*results, *sources):
                self._union(results[0], atom)
        for op in walk(self.function.block):
            if isinstance(op, Apply) and op.prim not in SHAPES:
                lists = [a for a in (*op.args, *op.results) if isinstance(a, Value) and isinstance(a.type, ListType)]
                for other in lists[1:]:
                    self._union(lists[0], other)

    def _union(self, a: Value, b: Atom) -> None:
        if isinstance(b, Value) and isinstance(a.type, ListType) and isinstance(b.type, ListType):
            p, q = self.find(a), self.find(b)
            if p is not q:
                self._parent[p] = q
                if q in self._of or p in self._of:
                    self._of[q] = join(self._of.get(p, False), self._of.get(q, False))

    # -- operations ---------------------------------------------------------------------------

    def _visit(self, op: Op) -> None:
        if isinstance(op, Apply):
            self._apply(op)
        elif isinstance(op, Call):
            found = self.summaries(op.callee, tuple(map(self.of, op.args)))
            kind = op.results[0].type
            parts = kind.items if isinstance(kind, TupleType) else (kind,)
            if any_of(found.result) and not all(isinstance(t, (Num, ListType)) or t == NONE for t in parts):
                raise UnsupportedError("what a recursive function returns is of no known type, which vector mode does "
                                       "not follow", loc=op.loc, hint="differentiate with jvp in each direction")
            self._learn(op.results[0], found.result)
            for k in found.demands:
                self._demand(op.args[k])
        elif isinstance(op, If):
            for k, result in enumerate(op.results):
                for atom in passed_on(op, k):
                    self._learn(result, self.of(atom))
        elif isinstance(op, Loop):
            ends = [op.inits, *(end.operands() for end in loop_ends(op))]
            for k, (carried, result) in enumerate(zip(op.carried, op.results)):
                for atoms in ends:
                    self._learn(carried, self.of(atoms[k]))
                self._learn(result, self.of(carried))
                if isinstance(op, While):
                    self._learn(op.cond.params[k], self.of(carried))
        elif isinstance(op, Return):
            self.summary.result = join(self.summary.result, self.of(op.values[0]))

    def _apply(self, op: Apply) -> None:
        target = self.table.signature(op.prim).mutates
        if target is not None:
            values = [a for k, a in enumerate(op.args) if k != target]
            stored = values[-1:] if op.prim not in POSITIONS else []
            if any(map(self.many, stored)):
                holder = op.args[target]
                if isinstance(holder, Value) and isinstance(holder.type, ListType):
                    self._learn(holder, True)
                else:
                    self._demand(holder)
            for result in op.results:
                self._learn(result, self.of(op.args[target]))
        elif op.prim == "tuple":
            self._learn(op.result, tuple(map(self.of, op.args)))
            if depth(self.of(op.result)) > _DEPTH:
                raise UnsupportedError("what a recursive function saves is a tuple in a tuple, which vector mode does "
                                       "not follow", loc=op.loc, hint="differentiate with jvp in each direction")
        elif op.prim == "exchange":
            for result, atom in zip(op.results, op.args):
                self._learn(result, self.of(atom))
        elif op.prim == "getitem" and (isinstance(op.args[0].type, TupleType) or isinstance(
                self.of(op.args[0]), tuple)):
            self._learn(op.result, item_of(self.of(op.args[0]), op.args[1]))
        elif op.prim not in SHAPES and (op.prim not in LIKE or isinstance(op.args[0].type, ListType)) and any(
                map(self.many, op.args)):
            for result in op.results:
                self._learn(result, True)

    # -- memory -------------------------------------------------------------------------------

    def _demand(self, atom: Atom) -> None:
        """The memory behind a value carries directions."""
        if not isinstance(atom, Value) or not _carries(atom.type):
            return
        root = self.find(atom)
        if root not in self.memory:
            self.memory.add(root)
            self.changed = True
        self._learn(atom, True)

    def _demand_sources(self, value: Value) -> None:
        """What shares memory with a value from before."""
        if isinstance(value.type, ListType):
            return self._demand_items(value)
        if value in self.function.values:
            self.summary.demands.add(self.function.values.index(value))
        for results, sources in self.merged.get(value, ()):
            for atom in (*results, *sources):
                self._demand(atom)
        op = self.definer.get(value)
        if isinstance(op, Apply):
            view = self.table.signature(op.prim).view_of
            if op.prim in _PASSED:
                for atom in op.args:
                    self._demand(atom)
            elif view is not None and isinstance(op.args[view].type, TupleType):
                self._from_tuples[value] = op
            elif view is not None and not (isinstance(value.type, Num) and value.type.is_scalar):
                self._demand(op.args[view])
        elif isinstance(op, Call) and not self.many(value):
            raise UnsupportedError("an array that a function returns is stored into, which vector mode does not follow",
                                   loc=op.loc, hint="differentiate with jvp in each direction")

    def _demand_items(self, holder: Value) -> None:
        """A list whose items are stored into has items that carry directions, each in memory of its own."""
        for op in walk(self.function.block):
            if isinstance(op, Apply) and op.prim in (*_PUTS, "list", "list_repeat"):
                owner = op.args[0] if op.prim in _PUTS else op.result
                if isinstance(owner, Value) and self.find(owner) is holder:
                    items = op.args[-1:] if op.prim in _PUTS else op.args
                    for item in items:
                        if isinstance(item.type, Num) and item.type.is_array:
                            self._demand(item)


def item_of(state: State, index: Atom) -> State:
    """The state of an item of a tuple."""
    position = getattr(index, "value", None)
    if not isinstance(state, tuple):
        return state
    if isinstance(position, int):
        return state[position]
    if len(set(state)) > 1:
        raise UnsupportedError("an item is chosen of a tuple of which only some depend on the directions",
                               hint="differentiate with jvp in each direction")
    return join_all(state)


def join_all(states: Sequence[State]) -> State:
    found: State = False
    for state in states:
        found = join(found, state)
    return found


def _carries(kind: Type) -> bool:
    """Whether a value of this type can have a direction: numbers that are no counts, and what holds them."""
    if isinstance(kind, Num):
        return kind.kind not in ("bool", "int")
    if isinstance(kind, ListType):
        return _carries(kind.item)
    if isinstance(kind, TupleType):
        return any(map(_carries, kind.items))
    return kind != NONE and type(kind) is Type
