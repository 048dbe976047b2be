"""Lists of saved numbers become arrays: filled by an index, doubled where they are full.

Before::                                After::

    y_saved = list()                        y_saved = np.empty(64)
    for i in …:                             top = 0
        append(y_saved, y)                  for i in … carrying y_saved, top:
        …                                       if top == len(y_saved):
    …                                               y_saved = helper.grown(y_saved)
        y = pop(y_saved)                        y_saved[top] = y
                                                top = top + 1
                                                …
                                            …
                                                top = top - 1
                                                y = y_saved[top]

Lists that are filled and emptied at the same places share one count.  A list of as many zeros as a loop has iterations
(``list_repeat``) becomes an array of that length.  Lists of anything else than numbers stay lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.ir.builder import Builder
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Const,
    Continue,
    For,
    Function,
    If,
    Loop,
    Op,
    Terminator,
    Value,
    While,
    Yield,
    walk,
)
from s2sad.ir.types import INT, ListType, Num, Type
from s2sad.rules.row import Table

_ROOM = 64
_DTYPES = {"int": "np.int64", "bool": "np.bool_"}


def run(function: Function, table: Table) -> None:
    """Rewrite the stacks of a function, in place."""
    _drop_unread(function)
    _filled(function, table)
    stacks = _find(function)
    if stacks:
        _Threading(function, table, stacks).run()


def number_kind(item: Type) -> str | None:
    """The kind of the items that an array holds as they are: floats, ints and truth values."""
    if isinstance(item, Num) and item.is_scalar and item.kind in ("float", "int", "bool") \
            and item.dtype in (None, "float64", "int64", "bool"):
        return item.kind
    return None


def array_type(kind: str) -> Num:
    return Num(kind, {"float": "float64", "int": "int64", "bool": "bool"}[kind], (None,))


def allocate(builder: Builder, size: Atom, kind: str, name: str | None) -> Value:
    """``np.empty(size)`` of a kind."""
    dtype: Atom = Const(None)
    if kind in _DTYPES:
        dtype = builder.apply("constant", attrs={"name": _DTYPES[kind]})
    made = builder.apply("np.empty", size, dtype, name=name)
    made.type = array_type(kind)
    return made


def _builder(table: Table, like: Op) -> Builder:
    builder = Builder(Block(), table.infer, table.signature)
    builder.loc, builder.origin = like.loc, "saving"
    return builder


def _drop_unread(function: Function) -> None:
    """Stacks of which nothing that was saved is used any more."""
    users: dict[Value, list[Op]] = {}
    for op in walk(function.block):
        for atom in op.operands():
            if isinstance(atom, Value):
                users.setdefault(atom, []).append(op)
    unread: set[Op] = set()
    for op in walk(function.block):
        if isinstance(op, Apply) and op.prim == "list" and not op.args and op.origin == "saving":
            uses = users.get(op.result, [])
            if all(isinstance(u, Apply) and u.args[0] is op.result and (
                    u.prim == "append" or (u.prim == "pop" and not users.get(u.result))) for u in uses):
                unread.update([op, *uses])
    for block in _blocks(function.block):
        block.ops = [op for op in block.ops if op not in unread]


def _filled(function: Function, table: Table) -> None:
    """Lists that the iteration indexes."""
    for block in _blocks(function.block):
        for op in list(block.ops):
            if not isinstance(op, Apply) or op.prim != "list_repeat" or op.origin != "saving":
                continue
            stack = op.result
            kind = number_kind(stack.type.item) if isinstance(stack.type, ListType) else None
            if kind is None:
                continue
            builder = _builder(table, op)
            size = op.args[1]
            counted = isinstance(size, Const) or (isinstance(size.type, Num) and size.type.length is not None)
            if not counted:
                size = builder.apply("max", size, 0)
            made = allocate(builder, size, kind, stack.name)
            at = block.ops.index(op)
            block.ops[at:at + 1] = builder.block.ops
            stack.type = made.type
            last = block.ops[at + len(builder.block.ops) - 1]
            assert isinstance(last, Apply)
            last.results = [stack]
            for use in walk(function.block):
                if isinstance(use, Apply) and use.args and use.args[0] is stack:
                    use.attrs["inside"] = True


@dataclass(eq=False)
class _Group:
    """Stacks that are filled in one block and emptied in one block: they share a count."""

    name: str
    stacks: list[Value] = field(default_factory=list)
    made: list[Op] = field(default_factory=list)
    pushes: list[Apply] = field(default_factory=list)
    pops: list[Apply] = field(default_factory=list)


def _find(function: Function) -> list[_Group]:
    """The stacks of numbers, by where they are filled and emptied."""
    home: dict[Op, Block] = {op: block for block in _blocks(function.block) for op in block.ops}
    users: dict[Value, list[Op]] = {}
    for op in walk(function.block):
        for atom in op.operands():
            if isinstance(atom, Value):
                users.setdefault(atom, []).append(op)
    groups: dict[tuple[int, ...], _Group] = {}
    for op in walk(function.block):
        if not (isinstance(op, Apply) and op.prim == "list" and not op.args and op.origin == "saving"):
            continue
        stack = op.result
        uses = users.get(stack, [])
        stacked = [u for u in uses if isinstance(u, Apply) and u.prim in ("append", "pop") and u.args[0] is stack]
        if number_kind(_item(stack)) is None or len(stacked) != len(uses):
            continue
        pushes = [u for u in stacked if u.prim == "append"]
        pops = [u for u in stacked if u.prim == "pop"]
        key: tuple[int, ...] = (id(stack),)
        if len(pushes) == len(pops) == 1 and not _left_within(home[pushes[0]]) and not _left_within(home[pops[0]]):
            key = (id(home[op]), id(home[pushes[0]]), id(home[pops[0]]))
        group = groups.setdefault(key, _Group("top"))
        group.stacks.append(stack)
        group.made.append(op)
        group.pushes += pushes
        group.pops += pops
    return list(groups.values())


def _item(stack: Value) -> Type:
    return stack.type.item if isinstance(stack.type, ListType) else stack.type


def _left_within(block: Block) -> bool:
    """Whether a block may be left before its end."""
    return any(isinstance(inner, Terminator) and not isinstance(inner, Yield)
               for op in block.ops for b in op.blocks() if not isinstance(op, Loop) for inner in walk(b))


def _blocks(block: Block) -> list[Block]:
    found = [block]
    for op in block.ops:
        for inner in op.blocks():
            found += _blocks(inner)
    return found


class _Threading:
    """Passes counts, and the arrays while they are filled, through the loops and branches that change them."""

    def __init__(self, function: Function, table: Table, groups: list[_Group]) -> None:
        self.function = function
        self.table = table
        self.group_of: dict[Op, _Group] = {}
        for group in groups:
            for op in [*group.made, *group.pushes, *group.pops]:
                self.group_of[op] = group
        self.groups = groups
        # What a region changes: counts (groups) and arrays (stacks), in order.
        self.changed: dict[Op, list[object]] = {}

    def run(self) -> None:
        self._changes(self.function.block)
        self._block(self.function.block, {}, [], [])

    def _changes(self, block: Block) -> list[object]:
        found: dict[object, None] = {}
        for op in block.ops:
            group = self.group_of.get(op)
            if group is not None and op not in group.made:
                found[group] = None
                if op in group.pushes:
                    assert isinstance(op, Apply)
                    found[op.args[0]] = None
            if op.blocks():
                inside = dict.fromkeys(k for b in op.blocks() for k in self._changes(b))
                made = {op2.result for b in op.blocks() for op2 in b.ops if isinstance(op2, Apply) and op2.results
                        and len(op2.results) == 1 and op2 in self.group_of}
                own = [k for k in inside if not (k in made or (isinstance(k, _Group) and made & set(k.stacks)))]
                self.changed[op] = own
                found.update(dict.fromkeys(own))
        return list(found)

    def _new(self, key: object) -> Value:
        if isinstance(key, _Group):
            return Value(key.name, INT)
        assert isinstance(key, Value)
        return Value(key.name, array_type(number_kind(_item(key)) or "float"))

    def _block(self, block: Block, now: dict[object, Atom], yielded: list[object], carried: list[object]) -> None:
        """Rewrite a block; `now` are the present values of what is threaded, `yielded` and `carried` what its end and
        the exits of the loop around it pass on."""
        ops: list[Op] = []
        for op in block.ops:
            group = self.group_of.get(op)
            if isinstance(op, Terminator):
                keys = yielded if isinstance(op, Yield) else carried if isinstance(op, (Break, Continue)) else []
                op.values = [*op.values, *(now[k] for k in keys)]
                ops.append(op)
            elif group is not None:
                assert isinstance(op, Apply)
                ops += self._operation(op, group, block, now)
            else:
                if self.changed.get(op):
                    self._region(op, now, carried)
                else:
                    for inner in op.blocks():
                        self._block(inner, dict(now), [], [] if isinstance(op, Loop) else carried)
                ops.append(op)
        block.ops = ops

    def _region(self, op: Op, now: dict[object, Atom], carried: list[object]) -> None:
        keys = self.changed[op]
        results = [self._new(k) for k in keys]
        if isinstance(op, Loop):
            params = [self._new(k) for k in keys]
            op.inits = [*op.inits, *(now[k] for k in keys)]
            op.body.params = [*op.body.params, *params]
            if isinstance(op, While):
                heads = [self._new(k) for k in keys]
                op.cond.params = [*op.cond.params, *heads]
                self._block(op.cond, {**now, **dict(zip(keys, heads))}, [], [])
            self._block(op.body, {**now, **dict(zip(keys, params))}, keys, keys)
            assert isinstance(op, (For, While))
        else:
            assert isinstance(op, If)
            for inner in op.blocks():
                self._block(inner, dict(now), keys, carried)
        op.defined().extend(results)
        now.update(zip(keys, results))

    def _operation(self, op: Apply, group: _Group, block: Block, now: dict[object, Atom]) -> list[Op]:
        builder = _builder(self.table, op)
        stack = op.args[0] if op.args else op.result
        assert isinstance(stack, Value)
        if op in group.made:
            kind = number_kind(_item(stack)) or "float"
            now[stack] = allocate(builder, Const(_ROOM), kind, stack.name)
            now.setdefault(group, Const(0))
        elif op in group.pushes:
            self._push(op, group, block, now, builder)
        else:
            self._pop(op, group, block, now, builder)
        return builder.block.ops


    def _push(self, op: Apply, group: _Group, block: Block, now: dict[object, Atom], builder: Builder) -> None:
        every = [o for o in block.ops if o in group.pushes] if len(group.stacks) > 1 else [op]
        stack, value = op.args
        if op is every[0]:
            self._grow([o.args[0] for o in every if isinstance(o, Apply)], group, now, builder)
        array = now[stack]
        builder.effect("setitem", array, now[group], value, attrs={"inside": True})
        if op is every[-1]:
            now[group] = builder.apply("add", now[group], 1, name=group.name)

    def _grow(self, stacks: list[Atom], group: _Group, now: dict[object, Atom], builder: Builder) -> None:
        size = builder.apply("len", now[stacks[0]])
        full = builder.apply("eq", now[group], size)
        then, orelse = Block(), Block()
        inner = builder.at(then)
        larger = [inner.apply("helper.grown", now[s], name=s.name) for s in stacks if isinstance(s, Value)]
        inner.append(Yield(list(larger)))
        builder.at(orelse).append(Yield([now[s] for s in stacks]))
        results = [self._new(s) for s in stacks]
        builder.append(If(full, then, orelse, results))
        now.update(zip(stacks, results))

    def _pop(self, op: Apply, group: _Group, block: Block, now: dict[object, Atom], builder: Builder) -> None:
        every = [o for o in block.ops if o in group.pops] if len(group.stacks) > 1 else [op]
        if op is every[0]:
            now[group] = builder.apply("sub", now[group], 1, name=group.name)
        builder.append(Apply("getitem", [now[op.args[0]], now[group]], op.results, {"inside": True}))
