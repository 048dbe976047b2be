"""What a loop carries once its containers are taken apart.

A carried number stays as it is.  A carried container is the same one in every iteration, as long as the walk through
the body agrees; where it does not (the name is bound to another container each time) it is split into its leaves, which
are carried one by one (`Retry` says so, and the walk begins anew).  Each field of each container that the body can
store into is carried as well; those that no path changes are dropped in the end.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s2sad.ir.trace import UNDEF, Atom, Const, Loop, Op, Undefined, Value
from s2sad.transform.records.model import (
    Binding,
    Conflict,
    End,
    Record,
    State,
    Template,
    fits,
    key_name,
    template,
)

if TYPE_CHECKING:
    from s2sad.transform.records.promote import Promotion

KINDS = ("param", "cond", "result")
SHORT = 16  # iterations of a loop over a tuple that are written out


class Retry(Exception):
    """Walk through the loop again, with this slot split; without a template, with a value carried."""

    def __init__(self, slot: object, template: Template | None) -> None:
        self.slot = slot
        self.template = template


class Unroll(Exception):
    """A key is known only if the loop around is written out.

    Where it is only better so (an item of a plain tuple), `needed` is False; `longest` is the number of iterations
    above which it is not done."""

    def __init__(self, op: Op, message: str = "", hint: str = "", needed: bool = True, longest: int = 10**9) -> None:
        self.op = op
        self.longest = longest
        self.needed = needed
        self.message = message
        self.hint = hint


@dataclass(eq=False)
class Leaf:
    """One carried value."""

    slot: object
    init: Atom
    name: str | None

    def __post_init__(self) -> None:
        self.param, self.cond, self.result = (Value(self.name) for _ in KINDS)

    def value(self, which: str) -> Value:
        found: Value = getattr(self, which)
        return found

    def enter(self, which: str, state: State) -> Binding:
        return self.value(which)


@dataclass(eq=False)
class Same:
    """The same container (or what cannot be read) in every iteration: nothing is carried for it itself."""

    slot: object
    held: Binding

    def enter(self, which: str, state: State) -> Binding:
        return self.held


@dataclass(eq=False)
class Split:
    """A container that is another one in each iteration: its leaves are carried."""

    slot: object
    wanted: Template
    items: list[Spec]
    frozen: dict[Record, str]
    made: dict[str, Record] = field(default_factory=dict)

    def enter(self, which: str, state: State) -> Binding:
        record = self.made.setdefault(which, Record(self.wanted.kind, self.wanted.name, self.wanted.cls, False,
                                                     self.wanted.source))
        if record.mutable:
            self.frozen[record] = "it is another container in each iteration"
        state[record] = {key: item.enter(which, state) for key, item in zip(self.wanted.keys, self.items)}
        return record


Spec = Leaf | Same | Split


def all_leaves(specs: list[Spec]) -> Iterator[Leaf]:
    for spec in specs:
        if isinstance(spec, Leaf):
            yield spec
        elif isinstance(spec, Split):
            yield from all_leaves(spec.items)


@dataclass
class Slots:
    """What the names hold that the loop carries, and what the fields hold of the containers it can store into."""

    names: list[Spec]
    fields: dict[tuple[Record, object], Spec]


def slots_of(op: Loop, inits: list[Binding], state: State, frozen: dict[Record, str],
             choices: dict[object, Template | None], lists: Container[Value]) -> Slots:
    """`lists` are references, which a field holds throughout unless the walk shows another one."""
    names = [_spec(("name", k), b, param.name, state, frozen, choices.get(("name", k)))
             for k, (b, param) in enumerate(zip(inits, op.carried))]
    fields: dict[tuple[Record, object], Spec] = {}
    for record, held in list(state.items()):
        if record.mutable and not record.entering and record not in frozen:
            for key, b in held.items():
                slot = ("field", record, key)
                if isinstance(b, Value) and b in lists and slot not in choices:
                    fields[record, key] = Same(slot, b)
                    continue
                fields[record, key] = _spec(slot, b, key_name(key), state, frozen, choices.get(slot))
    return Slots(names, fields)


def _spec(slot: object, b: Binding, name: str | None, state: State, frozen: dict[Record, str],
          choice: Template | None) -> Spec:
    if choice is None and isinstance(b, Record) and not b.mutable:
        choice = template(b, state)
    if choice is not None:
        return _split(slot, b, choice, name, state, frozen)
    if isinstance(b, (Record, Conflict)):
        return Same(slot, b)
    return Leaf(slot, b, name)


def _split(slot: object, b: Binding, wanted: Template, name: str | None, state: State,
           frozen: dict[Record, str]) -> Spec:
    """Leaves for each part of a container, which has no value yet before the loop where it is unset."""
    given = state[b] if isinstance(b, Record) else {}
    if isinstance(b, Record) and b.mutable:
        frozen[b] = "it is another container in each iteration of a loop"
    items: list[Spec] = []
    for key, inner in zip(wanted.keys, wanted.items):
        part = given.get(key, UNDEF)
        label = key_name(key, name)
        items.append(Leaf(slot, part, label) if inner is None else _split(slot, part, inner, label, state, frozen))
    return Split(slot, wanted, items, frozen)


class Carried:
    """The slots of one attempt at a loop."""

    def __init__(self, walker: Promotion, op: Loop, slots: Slots, late: list[tuple[Record, object]]) -> None:
        self.walker = walker
        self.late = late
        self.op = op
        self.slots = slots
        self.specs: list[Spec] = [*slots.names, *slots.fields.values()]
        self.leaves = list(all_leaves(self.specs))
        self.passed: list[list[Binding]] = []

    @property
    def inits(self) -> list[Atom]:
        return [leaf.init for leaf in self.leaves]

    def values(self, which: str) -> list[Value]:
        return [leaf.value(which) for leaf in self.leaves]

    def enter(self, which: str) -> list[Binding]:
        """What the carried names stand for at a place; the fields of containers are set to what they hold there."""
        state = self.walker.state
        names = [spec.enter(which, state) for spec in self.slots.names]
        for (record, key), spec in self.slots.fields.items():
            state[record][key] = spec.enter(which, state)
        if which != "result":
            for record, key in self.late:
                state[record][key] = Conflict("is set in this loop, and may not be set yet", late=True)
        return names

    def new_keys(self, ends: list[End], before: State) -> None:
        """Keys that the body sets first: an iteration may find them or not, so the walk begins anew and knows it."""
        for record, fields in before.items():
            for end in ends:
                for key in end.state.get(record, {}):
                    if key not in fields and (record, key) not in self.late:
                        raise Retry(("late", record, key), None)

    def leave(self, ends: list[End]) -> None:
        """Have each end of the body pass on what the next iteration gets."""
        for end in ends:
            values: list[Atom] = []
            for spec, b in zip(self.slots.names, end.bindings):
                self.pass_on(spec, b, end, values)
            for (record, key), spec in self.slots.fields.items():
                held = end.state[record].get(key, Conflict("is deleted in a loop"))
                self.pass_on(spec, held, end, values)
            end.op.set_operands(values)
            self.passed.append(list(values))
            changed = {leaf.slot[1] for leaf, v in zip(self.leaves, values)  # type: ignore[index]
                       if leaf.slot[0] == "field" and v is not leaf.param}  # type: ignore[index]
            for record in changed:
                if record in self.walker.frozen:
                    self.walker.refuse(end.op, "a container is stored into in a loop in which another name comes to "
                                       "stand for it", "use one name for it, or copy it")

    def pass_on(self, spec: Spec, b: Binding, end: End, values: list[Atom]) -> None:
        refuse = self.walker.refuse
        if isinstance(spec, Same):
            if b is spec.held or (isinstance(b, Conflict) and isinstance(spec.held, Conflict)):
                return
            if isinstance(spec.held, Value) and not isinstance(b, (Record, Conflict)):
                raise Retry(spec.slot, None)
            if isinstance(b, Record) and isinstance(spec.held, Record):
                raise Retry(spec.slot, template(spec.held, end.state))
            refuse(end.op, "a name is bound to a container in one iteration of a loop and to something else in another",
                   "use two names")
        elif isinstance(spec, Leaf):
            if isinstance(b, Record) and isinstance(spec.init, Undefined):
                raise Retry(spec.slot, template(b, end.state))
            if isinstance(b, Record):
                refuse(end.op, "a name is bound to a number in one iteration of a loop and to a container in another",
                       "bind it to a container of the same keys before the loop")
            if isinstance(b, Conflict):
                refuse(end.op, f"the key of a container {b.message} in a loop", "set it on every path")
            values.append(b)
        else:
            if isinstance(b, Undefined) or (isinstance(b, Const) and b.value is None):
                values += [UNDEF] * len(list(all_leaves([spec])))
                return
            if not isinstance(b, Record) or not fits(b, spec.wanted, end.state):
                refuse(end.op, "the containers that a loop passes from one iteration to the next have different keys",
                       "give them the same keys before the loop and in it")
            if b.mutable:
                self.walker.frozen[b] = "it is another container in each iteration of a loop"
            for key, item in zip(spec.wanted.keys, spec.items):
                self.pass_on(item, end.state[b][key], end, values)

    def forget_new_keys(self, ends: list[End], state: State) -> None:
        """Keys that only the body sets have no value where it does not run."""
        for record in list(state):
            for end in ends:
                for key in end.state.get(record, {}):
                    if key not in state[record]:
                        state[record][key] = Conflict("is set in a loop only", late=True)

    # ------------------------------------------------------------------ fields that nothing changes

    def steady(self) -> list[Leaf]:
        """The fields that every path passes on as they came."""
        found = []
        for k, leaf in enumerate(self.leaves):
            if leaf.slot[0] == "field" and all(values[k] is leaf.param for values in self.passed):  # type: ignore[index]
                found.append(leaf)
        return found

    def drop(self, steady: list[Leaf], new: Loop, ends: list[End], state: State) -> None:
        """Carry them no longer: they hold what they held before the loop."""
        gone = {id(leaf) for leaf in steady}
        kept = [k for k, leaf in enumerate(self.leaves) if id(leaf) not in gone]
        first = len(new.body.params) - len(self.leaves)
        new.body.params = [*new.body.params[:first], *(new.body.params[first + k] for k in kept)]
        new.results = [new.results[k] for k in kept]
        new.inits = [new.inits[k] for k in kept]
        if hasattr(new, "cond"):
            new.cond.params = [new.cond.params[k] for k in kept]
        for end in ends:
            end.op.set_operands([end.op.operands()[k] for k in kept])
        after = {leaf.result: leaf.init for leaf in steady}
        for fields in state.values():
            for key, b in fields.items():
                if isinstance(b, Value) and b in after:
                    fields[key] = after[b]
