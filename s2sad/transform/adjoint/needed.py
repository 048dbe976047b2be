"""Primal values that the reverse sweep needs: in scope, recomputed, or saved.

The adjoint transform writes ``recall v`` where it needs a primal value of a loop or branch.  This
pass decides, for each block of the forward sweep and the block that mirrors it, how the value gets there:

(a) a value of the function's own block is still in scope;
(b) a scalar that follows by cheap pure operations from values that are there anyway is recomputed, by the
    identical expression (so that a condition cannot come out differently);
(c) everything else is saved: on a list that the forward sweep appends to and the reverse sweep pops from,
    indexed by the iteration where the exact trip count of the loop is known.  A value of a branch
    outside loops just leaves it, as a result of the `If`.

Before::                                  After::

    for i in range(n) carrying y = x:         y_saved = [0.0] * n
        y.1 = sin(y)                          for i in range(n) carrying y = x:
        yield y.1                                 y_saved[i] = y
    ...                                           y.1 = sin(y)
        w = cos(recall y)                         yield y.1
                                              ...
                                                  y = y_saved[i]
                                                  w = cos(y)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.analysis.buffers import Buffers, reads_contents
from s2sad.ir.rewrite import clone_op, substitute
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Loop,
    Op,
    Raise,
    Resume,
    Return,
    Try,
    Value,
    walk,
)
from s2sad.ir.types import TUPLE, ListType, Num, TupleType
from s2sad.rules.row import Table
from s2sad.transform.adjoint.state import State
from s2sad.transform.exits import canonical_break

# Operations that cost less to repeat than it costs to save and fetch their result (about 100 ns in CPython).
_CHEAP = frozenset(
    "add sub mul truediv neg pos lt le gt ge eq ne not mod floordiv abs min max getitem slice tuple shape len size "
    "ndim select is is_not float int constant global dtype math.sin math.cos math.exp math.log math.sqrt math.tanh "
    "math.fabs".split())
# How many operations may be repeated for one value.
_BUDGET = 4


@dataclass
class Level:
    """One block of the forward sweep, and the values of its own that the reverse sweep needs."""

    block: Block
    mirror: Block
    owner: Op | None
    parent: Level | None
    needed: dict[Value, None] = field(default_factory=dict)

    @property
    def in_loop(self) -> bool:
        return isinstance(self.owner, Loop) or (self.parent is not None and self.parent.in_loop)

    @property
    def guarded(self) -> Level | None:
        """The outermost level around this one that a `try` in a loop guards."""
        above = self.parent.guarded if self.parent is not None else None
        own = isinstance(self.owner, Try) and self.owner.then is self.block and self.in_loop
        return above or (self if own else None)

    @property
    def outermost(self) -> Op:
        """The operation of the function's own block that this level is nested in."""
        assert self.owner is not None and self.parent is not None
        return self.owner if self.parent.owner is None else self.parent.outermost


class Needed:
    """Resolves every `recall`; `reverse` is the function that holds the reverse sweep (often `forward` itself)."""

    def __init__(self, state: State, forward: Function, reverse: Function, table: Table) -> None:
        self.state = state
        self.forward, self.reverse = forward, reverse
        self.table = table
        self.buffers = Buffers(forward, table, state.effects, check=False, changing=state.changing)
        self.levels: dict[Block, Level] = {}
        self.recalls: dict[Value, list[Apply]] = {}
        self.replaced: dict[Value, Atom] = {}

    def run(self) -> None:
        self._find_levels(self.forward.block, None, None)
        for op in walk(self.reverse.block):
            if isinstance(op, Apply) and op.prim == "recall":
                self._note(op)
        # Innermost levels come first: what they recompute from may become needed of outer ones.
        for level in list(self.levels.values())[:0:-1]:
            self._resolve(level)
        substitute(self.reverse.block, self._flat())
        if self.reverse is not self.forward:
            self._pack()

    def _find_levels(self, block: Block, owner: Op | None, parent: Level | None) -> None:
        mirror = self.state.mirror.get(block)
        if mirror is None:
            return
        level = self.levels[block] = Level(block, mirror, owner, parent)
        for op in block.ops:
            for inner in op.blocks():
                self._find_levels(inner, op, level)

    def _note(self, op: Apply) -> None:
        (value,) = op.args
        assert isinstance(value, Value)
        self.recalls.setdefault(value, []).append(op)
        level = self.levels.get(self.buffers.home[value])
        if level is not None:
            level.needed[value] = None

    def _flat(self) -> dict[Value, Atom]:
        """Replacements with chains followed to their ends."""
        def end(atom: Atom) -> Atom:
            while isinstance(atom, Value) and atom in self.replaced:
                atom = self.replaced[atom]
            return atom

        return {value: end(value) for value in self.replaced}

    # -- one level ----------------------------------------------------------------------------

    def _resolve(self, level: Level) -> None:
        saved = self._choose(level)
        fetched: dict[Value, Atom] = {}
        for value in saved:
            fetched[value] = self._save(level, value) if level.in_loop else self._export(level, value)
        for value in level.needed:
            recalls = self.recalls.get(value, ())
            if value in fetched:
                for op in recalls:
                    self.replaced[op.result] = fetched[value]
                    op.attrs["resolved"] = True
            else:
                for op in recalls:
                    self._recompute(level, op, value, fetched)
        self._drop_resolved(level.mirror)

    def _drop_resolved(self, block: Block) -> None:
        block.ops = [op for op in block.ops if not (isinstance(op, Apply) and op.attrs.get("resolved"))]
        for op in block.ops:
            for inner in op.blocks():
                self._drop_resolved(inner)

    def _choose(self, level: Level) -> list[Value]:
        """Which values to save: the rest of the needed ones can be recomputed from them."""
        saved = {v: None for v in level.needed if self._definition(level, v) is None and not self._is_index(v)}
        # In program order, so that what others follow from is decided first.
        pending = sorted((v for v in level.needed if v not in saved and not self._is_index(v)),
                         key=lambda v: self.buffers.order[self.buffers.definition[v]])
        votes: dict[Value, int] = {}
        for value in pending:
            leaves = self._leaves(level, value, saved, [_BUDGET])
            if leaves is not None and len(leaves) == 1:
                votes[leaves[0]] = votes.get(leaves[0], 0) + 1
        # One saved value that several follow from is better than several.
        saved.update({leaf: None for leaf, count in votes.items() if count > 1})
        for value in pending:
            if value not in saved and self._leaves(level, value, saved, [_BUDGET]) != []:
                saved[value] = None
        return list(saved)

    def _is_index(self, value: Value) -> bool:
        return value in self.state.index_of

    def _definition(self, level: Level, value: Value) -> Apply | None:
        """The operation that could be repeated to get `value` again, None if it is too dear or impure."""
        op = self.buffers.definition.get(value)
        if not isinstance(op, Apply) or op.prim not in _CHEAP or not self.table.signature(op.prim).pure:
            return None
        if op.prim == "getitem" and isinstance(self.buffers.definition.get(op.args[0]), Call):  # type: ignore[arg-type]
            return None  # of what a call returns only the part that is needed is kept
        if any(self.buffers.mutated(a) and reads_contents(op, a) for a in op.args if isinstance(a, Value)):
            return None
        arithmetic = op.prim not in ("slice", "tuple", "shape", "getitem", "constant", "global", "dtype", "len", "size",
                                     "ndim")
        if arithmetic and not (isinstance(value.type, Num) and value.type.is_scalar):
            return None
        return op

    def _leaves(self, level: Level, value: Value, saved: dict[Value, None], budget: list[int]) -> list[Value] | None:
        """The values of this level that would have to be saved to recompute `value`; None beyond the budget."""
        op = self._definition(level, value)
        budget[0] -= 1
        if op is None or budget[0] < 0:
            return None
        found: dict[Value, None] = {}
        for atom in op.args:
            if not isinstance(atom, Value) or atom in saved or self._is_index(atom):
                continue
            if self.buffers.home[atom] is not level.block:
                continue  # of an outer level: there, or needed there once per outer iteration
            if self._definition(level, atom) is None:
                found[atom] = None
                continue
            inner = self._leaves(level, atom, saved, budget)
            if inner is None:
                return None
            found.update(dict.fromkeys(inner))
        return list(found)

    # -- the three ways -------------------------------------------------------------------------

    def _recompute(self, level: Level, recall: Apply, value: Value, fetched: dict[Value, Atom]) -> None:
        """Put copies of the operations that define `value` where the recall stands."""
        made: list[Op] = []
        self.replaced[recall.result] = self._repeat(level, value, fetched, made, {}, recall)
        for block in _blocks_of(self.reverse.block):
            if recall in block.ops:
                position = block.ops.index(recall)
                block.ops[position : position + 1] = made
                return

    def _repeat(self, level: Level, value: Value, fetched: dict[Value, Atom], made: list[Op],
                done: dict[Value, Atom], recall: Apply) -> Atom:
        if value in fetched:
            return fetched[value]
        if value in done:
            return done[value]
        if self._is_index(value):
            done[value] = self._index(level, value, fetched, made, done, recall)
            return done[value]
        home = self.buffers.home[value]
        if home is self.forward.block:
            return value
        if home is not level.block:
            again = Apply("recall", [value], [Value(value.name, value.type)], loc=recall.loc, origin="adjoint")
            again.attrs["exact"] = _exact(recall)
            made.append(again)
            self._note(again)
            done[value] = again.result
            return again.result
        op = self._definition(level, value)
        assert op is not None
        mapping = {a: self._repeat(level, a, fetched, made, done, recall) for a in op.args if isinstance(a, Value)}
        copy = clone_op(op, mapping)
        copy.loc, copy.origin = recall.loc, "repeated" if _exact(recall) else "adjoint"
        made.append(copy)
        done[value] = copy.defined()[0]
        return done[value]

    def _index(self, level: Level, value: Value, fetched: dict[Value, Atom], made: list[Op],
               done: dict[Value, Atom], recall: Apply) -> Atom:
        """A loop's index in the mirrored iteration: ``start + k * step`` where iterations are counted."""
        count = self.state.index_of[value]
        if value not in self.state.progression:
            return count
        start, step = (self._repeat(level, a, fetched, made, done, recall) if isinstance(a, Value) else a
                       for a in self.state.progression[value])
        back = isinstance(step, Const) and isinstance(step.value, int) and step.value < 0
        size = Const(-step.value) if back else step  # type: ignore[operator, union-attr]
        offset: Atom = count
        if size != Const(1):
            offset = Value(None, value.type)
            made.append(Apply("mul", [count, size], [offset], loc=recall.loc, origin="adjoint"))
        result = Value(value.name, value.type)
        made.append(Apply("sub" if back else "add", [start, offset], [result], loc=recall.loc, origin="adjoint"))
        return result

    def _export(self, level: Level, value: Value) -> Atom:
        """A value of a branch outside loops leaves it as a result of the `If`, undefined on the other path."""
        parent = level.parent
        assert parent is not None
        result = self._pass_out(level, value)
        return result if parent.owner is None else self._export(parent, result)

    def _pass_out(self, level: Level, value: Value) -> Value:
        """A value of a branch as one of its results."""
        owner, parent = level.owner, level.parent
        assert isinstance(owner, If) and parent is not None
        result = Value(value.name, value.type)
        owner.results.append(result)
        for block in owner.blocks():
            end = block.ops[-1]
            if isinstance(end, (Raise, Resume)):
                continue
            end.set_operands([*end.operands(), value if block is level.block else UNDEF])
        self.buffers.home[result] = parent.block
        self.buffers.definition[result] = owner
        return result

    def _save(self, level: Level, value: Value) -> Atom:
        """Save a value in each iteration; the list is made before the outermost loop.

        An error may leave what a `try` in a loop guards at any point: it saves when all of it is done."""
        guarded = level.guarded
        if guarded is not None and level is not guarded and not isinstance(level.owner, Loop):
            assert level.parent is not None
            return self._save(level.parent, self._pass_out(level, value))
        stack = Value((value.name or "w") + "_saved", ListType(value.type))
        fetched = Value(value.name, value.type)
        owner = level.owner
        exact = self._exact(level, value)
        if exact:
            assert isinstance(owner, For)
            kind = value.type.kind if isinstance(value.type, Num) else None
            zero = Const({"bool": False, "int": 0}.get(kind or "", 0.0))
            make = Apply("list_repeat", [zero, owner.stop], [stack], loc=owner.loc)
            put = Apply("setitem", [stack, owner.index, value], [], loc=owner.loc)
            get = Apply("getitem", [stack, self.state.index_of[owner.index]], [fetched], loc=owner.loc)
        else:
            make = Apply("list", [], [stack], loc=level.outermost.loc)
            put = Apply("append", [stack, value], [], loc=owner.loc if owner else None)
            get = Apply("pop", [stack], [fetched], loc=owner.loc if owner else None)
        for op in (make, put, get):
            op.origin = "saving"
        level.mirror.ops.insert(0, get)
        if guarded is not None and level is not guarded:
            self._keep_list(guarded, stack, make, get)
        else:
            top = self.forward.block.ops
            top.insert(top.index(level.outermost), make)
            self.buffers.home[stack] = self.forward.block
        if level is guarded:
            level.block.ops.insert(-1, put)
        else:
            self._insert_after_definition(level.block, value, put)
        return fetched

    def _keep_list(self, guarded: Level, stack: Value, make: Apply, get: Apply) -> None:
        """The list of a loop in a `try` is made for each run of it, and saved itself."""
        guarded.block.ops.insert(0, make)
        self.buffers.home[stack] = guarded.block
        self.buffers.definition[stack] = make
        again = Apply("recall", [stack], [Value(stack.name, stack.type)], loc=make.loc, origin="adjoint")
        get.args[0] = again.result
        guarded.mirror.ops.insert(0, again)
        self._note(again)

    def _exact(self, level: Level, value: Value) -> bool:
        """Whether the iteration indexes the saved values: a top-level ``range(n)`` without exits, scalar values."""
        owner = level.owner
        return (isinstance(owner, For) and owner is level.outermost and owner.body is level.block
                and owner.start == Const(0) and owner.step == Const(1) and canonical_break(owner.body) is None
                and isinstance(value.type, Num) and value.type.is_scalar
                and value.type.kind in ("float", "int", "bool"))

    def _insert_after_definition(self, block: Block, value: Value, op: Op) -> None:
        definition = self.buffers.definition.get(value)
        position = 0 if definition is None or value in block.params else block.ops.index(definition) + 1
        block.ops.insert(position, op)

    # -- a forward and a reverse function ---------------------------------------------------------

    def _pack(self) -> None:
        """Return what the reverse function uses as ``saved``, and unpack it there."""
        own = {v for op in walk(self.reverse.block) for v in op.defined()}
        own |= {v for block in _blocks_of(self.reverse.block) for v in block.params}
        free: dict[Value, None] = {}
        for op in walk(self.reverse.block):
            free.update(dict.fromkeys(a for a in op.operands() if isinstance(a, Value) and a not in own))
        end = self.forward.block.ops[-1]
        assert isinstance(end, Return)
        saved, pair = Value(None), Value(None)
        self.forward.block.ops[-1:] = [Apply("tuple", list(free), [saved], loc=end.loc),
                                       Apply("tuple", [end.values[0], saved], [pair], loc=end.loc), Return([pair])]
        unpacked = {v: Value(v.name, v.type) for v in free}
        substitute(self.reverse.block, dict(unpacked))
        packed = next(v for v in self.reverse.values if v.type == TUPLE and v.name == "saved")
        packed.type = TupleType(tuple(v.type for v in free))
        self.reverse.block.ops[:0] = [Apply("getitem", [packed, Const(k)], [new], origin="adjoint")
                                      for k, new in enumerate(unpacked.values())]


def _exact(recall: Apply) -> bool:
    """A number may be computed another way; a condition, or a count, must come out the same to the last bit."""
    kind = recall.args[0].type
    return bool(recall.attrs.get("exact")) or not (isinstance(kind, Num) and kind.kind == "float")


def _blocks_of(block: Block) -> list[Block]:
    found = [block]
    for op in block.ops:
        for inner in op.blocks():
            found += _blocks_of(inner)
    return found
