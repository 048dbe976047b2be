"""What is known of records while a function is walked: which fields each has, and what they hold.

A *binding* is what a value of the function stands for: an atom of the new function, a `Record`, or a `Conflict`
(nothing that could be read).  What a record's fields hold changes as the walk goes on: that is the walk's `State`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.trace import UNDEF, Atom, Const, Terminator, Undefined, Value
from s2sad.ir.types import RecordClass

MUTABLE = ("dict", "object")


# In a source: any item of the list that comes before.
EACH = object()


@dataclass(eq=False)
class Record:
    """One container: `kind` is ``dict``, ``object``, ``namedtuple`` or ``tuple``.

    `entering` marks one that came in through a parameter; its fields are never stored into."""

    kind: str
    name: str
    cls: RecordClass | None = None
    entering: bool = False
    source: tuple[object, ...] = ()  # the parameter, and the keys from there, that it is a version of

    @property
    def mutable(self) -> bool:
        return self.kind in MUTABLE and not (self.cls is not None and self.cls.frozen)

    @property
    def what(self) -> str:
        return f"a {self.name}"


@dataclass(frozen=True)
class Conflict:
    """What has no single meaning here; reading it is refused with this message.

    `late` is a key that a loop sets, where an earlier iteration may have set it or not."""

    message: str
    late: bool = False


Binding = Any  # Atom | Record | Conflict
Fields = dict[object, Binding]
State = dict[Record, Fields]


@dataclass(eq=False)
class End:
    """How a walk through a block ended: its terminator, what that passes on, and the records then."""

    op: Terminator
    bindings: list[Binding]
    state: State


@dataclass(frozen=True)
class Template:
    """The structure of a record; `items` holds a Template for each field that is a record."""

    kind: str
    name: str
    cls: RecordClass | None
    keys: tuple[object, ...]
    items: tuple[Template | None, ...]
    source: tuple[object, ...] = field(default=(), compare=False)


def copied(state: State) -> State:
    return {record: dict(fields) for record, fields in state.items()}


def template(record: Record, state: State) -> Template:
    fields = state[record]
    items = tuple(template(b, state) if isinstance(b, Record) else None for b in fields.values())
    return Template(record.kind, record.name, record.cls, tuple(fields), items, record.source)


def fits(record: Record, wanted: Template, state: State) -> bool:
    """Whether a record has a structure, the order of the keys included."""
    fields = state[record]
    if record.kind != wanted.kind or tuple(fields) != wanted.keys or record.name != wanted.name:
        return False
    for key, inner in zip(wanted.keys, wanted.items):
        b = fields[key]
        if isinstance(b, Conflict) or isinstance(b, Record) != (inner is not None and not isinstance(b, Undefined)):
            return False
        if isinstance(b, Record) and inner is not None and not fits(b, inner, state):
            return False
    return True


def leaves(record: Record, state: State, wanted: Template | None = None) -> list[Atom]:
    """What the fields hold that are no records, depth first, in the order of `wanted`."""
    wanted = wanted or template(record, state)
    found: list[Atom] = []
    for key, inner in zip(wanted.keys, wanted.items):
        b = state[record][key]
        if inner is None:
            found.append(b)
        else:
            found += leaves(b, state, inner)
    return found


def count(wanted: Template) -> int:
    return sum(1 if inner is None else count(inner) for inner in wanted.items)


def same(a: Binding, b: Binding) -> bool:
    return a is b or (isinstance(a, Const) and isinstance(b, Const) and a == b) or \
        (isinstance(a, Conflict) and isinstance(b, Conflict))


def key_name(key: object, holder: str | None = None) -> str | None:
    """A variable's name for what a field holds."""
    if isinstance(key, str) and key.isidentifier():
        return key
    return f"{holder}{key}" if holder and isinstance(key, int) and key >= 0 else None


@dataclass(eq=False)
class Join:
    """What several paths into one place agree on; where they differ, `results` are defined there.

    `columns[i]` is what path i passes for them, `inside[i]` the values that only that path has."""

    states: list[State]
    inside: list[set[Value]]
    frozen: dict[Record, str]
    results: list[Value] = field(default_factory=list)
    columns: list[list[Atom]] = field(default_factory=list)
    state: State = field(default_factory=dict)
    memo: dict[tuple[int, ...], Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [[] for _ in self.states]

    def binding(self, bindings: list[Binding], name: str | None) -> Binding:
        known = [b for b in bindings if not isinstance(b, Undefined)]
        if not known:
            return UNDEF
        for b in known:
            if isinstance(b, Conflict):
                return b
        if any(isinstance(b, Record) for b in known):
            if not all(isinstance(b, Record) for b in known):
                return Conflict("holds a container on one path and something else on another")
            return self.record(bindings)
        first = known[0]
        if len(known) == len(bindings) and all(same(b, first) for b in known) \
                and not any(first in inside for inside in self.inside):
            return first
        return self.leaf(bindings, name)

    def leaf(self, bindings: list[Binding], name: str | None) -> Value:
        result = Value(name)
        self.results.append(result)
        for column, b in zip(self.columns, bindings):
            column.append(b)
        return result

    def record(self, bindings: list[Binding]) -> Binding:
        """One record for those of the paths: itself where it is the same, else one that nobody may store into."""
        known = [(b, s) for b, s in zip(bindings, self.states) if isinstance(b, Record)]
        first, state = known[0]
        memo = tuple(id(b) for b in bindings)
        if memo in self.memo:
            return self.memo[memo]
        wanted = template(first, state)
        if all(b is first for b, _ in known):
            joined = first
        elif not all(fits(b, wanted, s) for b, s in known):
            return Conflict("has other keys on another path, or the same in another order")
        else:
            joined = Record(first.kind, first.name, first.cls, False, first.source)
            if joined.mutable:
                reason = "it may be one of several containers here"
                self.frozen[joined] = reason
                self.frozen.update((b, reason) for b, _ in known)
        self.memo[memo] = joined
        if joined in self.state:
            return joined
        self.state[joined] = {}
        alone = joined is first
        self.fields(joined, [joined if alone else b if isinstance(b, Record) else None for b in bindings])
        return joined

    def fields(self, joined: Record, sources: list[Record | None]) -> None:
        """Join what the fields hold."""
        given = [s[r] if r is not None and r in s else None for s, r in zip(self.states, sources)]
        for key in dict.fromkeys(k for fields in given if fields is not None for k in fields):
            if any(fields is not None and key not in fields for fields in given):
                self.state[joined][key] = Conflict("is set on one path only")
            else:
                bindings = [UNDEF if fields is None else fields[key] for fields in given]
                self.state[joined][key] = self.binding(bindings, key_name(key))

    def everything(self, before: State) -> State:
        """The state after the place, for the records that were there before it."""
        for record in before:
            if record not in self.state:
                self.state[record] = {}
                self.fields(record, [record] * len(self.states))
        return self.state
