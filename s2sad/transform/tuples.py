"""Merged tuples become merged items, so that every merge is of numbers, arrays or lists.

Before::                                After::

    if c:                                   if c:
        t = tuple(a, b)                         yield a, b
        yield t                             else:
    else:                                       yield b, a
        u = tuple(b, a)                     -> t0, t1
        yield u                             t.1 = tuple(t0, t1)
    -> t.1
"""

from __future__ import annotations

from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Loop,
    Op,
    Terminator,
    Undefined,
    Value,
    While,
    Yield,
    loop_ends,
    merges,
    passed_on,
    walk,
)
from s2sad.ir.types import TupleType, Type
from s2sad.ir.unset import tested


def split_tuples(function: Function) -> None:
    """Split every tuple that an `If` yields or a loop carries, in place, outermost first.

    A tuple that is unset on some path is split only where its items are known on the others: it could not be
    taken apart on every path."""
    _Splitter(displayed(function) - tested(function), maybe_unset(function)).block(function.block)


def unset(atom: Atom) -> bool:
    """Whether an operand stands for "no value here": nothing, or the None that generated code writes for it."""
    return isinstance(atom, Undefined) or atom == Const(None)


def maybe_unset(function: Function) -> set[Value]:
    """Merged values that have no value on some path; not even their shape can be asked for there."""
    flows = merges(function)
    found: set[Value] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for targets, sources in flows:
            if any(unset(a) or a in found for a in sources):
                found |= set(targets)
    return found


def displayed(function: Function) -> set[Value]:
    """Tuples written out as ``(a, b)``, with merges of nothing but these and unset values."""
    known = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim == "tuple"}
    flows = merges(function)
    candidates = {v for targets, _ in flows for v in targets if isinstance(v.type, TupleType)}
    size = -1
    while size != len(candidates):
        size = len(candidates)
        for targets, sources in flows:
            if not all(unset(a) or a in known or a in candidates for a in sources):
                candidates -= set(targets)
    return known | candidates


def _whole(kind: Type) -> bool:
    """Whether this is a tuple for certain; what may be None instead has been given a flag, or stays as it is."""
    return isinstance(kind, TupleType) and not kind.optional


class _Splitter:
    def __init__(self, displays: set[Value], unsure: set[Value]) -> None:
        self.displays, self.unsure = displays, unsure
        self.items: dict[Value, list[Atom]] = {}

    def block(self, block: Block) -> None:
        position = 0
        while position < len(block.ops):
            op = block.ops[position]
            if isinstance(op, If):
                position += self._split_branch(block, position, op)
            elif isinstance(op, Loop):
                position += self._split_loop(block, position, op)
            elif isinstance(op, Apply) and op.prim == "tuple":
                self.items[op.result] = op.args
            for inner in op.blocks():
                self.block(inner)
            position += 1

    def _split_branch(self, block: Block, position: int, op: If) -> int:
        """Returns how many operations were put in front of `op`."""
        k = 0
        while k < len(op.results):
            result = op.results[k]
            if not _whole(result.type) or not self._splits([result], passed_on(op, k)):
                k += 1
                continue
            assert isinstance(result.type, TupleType)
            parts = self._parts(result)
            op.results[k : k + 1] = parts
            for branch in op.blocks():
                end = branch.ops[-1]
                if isinstance(end, Yield):
                    self._spread(branch, end, k, result.type)
            self._rebuild(block, block.ops.index(op) + 1, result, parts, op)
        return 0

    def _split_loop(self, block: Block, position: int, op: Loop) -> int:
        added = 0
        k = 0
        while k < len(op.inits):
            param, result = op.carried[k], op.results[k]
            kind = result.type
            ends = loop_ends(op)
            passed = [op.inits[k], *(end.operands()[k] for end in ends)]
            if not _whole(kind) or not _whole(param.type) or not self._splits([param], passed):
                k += 1
                continue
            assert isinstance(kind, TupleType)
            before: list[Op] = []
            inits = self._take(op.inits[k], kind, before, op)
            block.ops[position:position] = before
            added += len(before)
            position += len(before)
            offset = len(op.body.params) - len(op.inits)
            op.inits = [*op.inits[:k], *inits, *op.inits[k + 1 :]]
            parts = self._parts(param)
            op.body.params[offset + k : offset + k + 1] = parts
            self._rebuild(op.body, 0, param, parts, op)
            if isinstance(op, While):
                tested = op.cond.params[k]
                parts = self._parts(tested)
                op.cond.params[k : k + 1] = parts
                self._rebuild(op.cond, 0, tested, parts, op)
            parts = self._parts(result)
            op.results[k : k + 1] = parts
            self._rebuild(block, position + 1, result, parts, op)
            for end in ends:
                holder = _holder(op.body, end)
                self._spread(holder, end, k, kind)
        return added

    def _splits(self, targets: list[Value], sources: list[Atom]) -> bool:
        known = not any(unset(a) or a in self.unsure for a in sources)
        return known or all(v in self.displays for v in targets)

    def _parts(self, value: Value) -> list[Value]:
        assert isinstance(value.type, TupleType)
        name = value.name
        return [Value(f"{name}{k}" if name else None, t) for k, t in enumerate(value.type.items)]

    def _rebuild(self, block: Block, position: int, value: Value, parts: list[Value], op: Op) -> None:
        block.ops.insert(position, Apply("tuple", list(parts), [value], loc=op.loc))
        self.items[value] = list(parts)

    def _spread(self, block: Block, end: Terminator, k: int, kind: TupleType) -> None:
        """Pass the items on in place of the tuple."""
        before: list[Op] = []
        items = self._take(end.values[k], kind, before, end)
        end.values = [*end.values[:k], *items, *end.values[k + 1 :]]
        block.ops[-1:-1] = before

    def _take(self, atom: Atom, kind: TupleType, before: list[Op], op: Op) -> list[Atom]:
        if unset(atom):
            return [UNDEF] * len(kind.items)
        if isinstance(atom, Value) and atom in self.items:
            return list(self.items[atom])
        items: list[Atom] = []
        for k, t in enumerate(kind.items):
            item = Value(None, t)
            before.append(Apply("getitem", [atom, Const(k)], [item], loc=op.loc))
            items.append(item)
        return items


def _holder(block: Block, end: Terminator) -> Block:
    """The block that a terminator ends."""
    if block.ops[-1] is end:
        return block
    for op in block.ops:
        if isinstance(op, If):
            for branch in op.blocks():
                if branch.ops[-1] is end or any(isinstance(o, If) for o in branch.ops):
                    try:
                        return _holder(branch, end)
                    except LookupError:
                        continue
    raise LookupError("terminator not found")


def _only_read(function: Function) -> set[Value]:
    """Lists that are written out and then only indexed or measured: nothing is appended to them or stored in them."""
    lists = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim == "list"}
    for op in walk(function.block):
        if not (isinstance(op, Apply) and op.prim in ("getitem", "len")):
            lists.difference_update(a for a in op.operands() if isinstance(a, Value))
    return lists


def forward_items(function: Function) -> None:
    """Replace ``getitem(tuple(a, b), 0)`` by ``a`` everywhere, in place; so for lists that stay as they are."""
    fixed = _only_read(function)
    items: dict[Value, list[Atom]] = {}
    mapping: dict[Value, Atom] = {}

    def visit(block: Block) -> None:
        kept: list[Op] = []
        for op in block.ops:
            for inner in op.blocks():
                visit(inner)
            if isinstance(op, Apply) and (op.prim == "tuple" or (op.prim == "list" and op.result in fixed)):
                items[op.result] = op.args
            if isinstance(op, Apply) and op.prim == "getitem" and op.args[0] in items:
                index = op.args[1]
                known = items[op.args[0]]  # type: ignore[index]
                at = index.value if isinstance(index, Const) else None
                if isinstance(at, int) and -len(known) <= at < len(known):
                    item = known[at]
                    if isinstance(item, Value) and item.name is None:
                        item.name = op.result.name
                    mapping[op.result] = item
                    continue
            kept.append(op)
        block.ops = kept

    visit(function.block)
    substitute(function.block, mapping)
