"""Expression re-assembly: nameless values that are used once are printed where they are used.

Before::                              After (`inline` values are marked with *)::

    w0 = math.sin(a)                      w0* = math.sin(a)
    w1 = mul(b, w0)                       w1* = mul(b, w0)
    w2 = pow(b, 2)                        w2* = pow(b, 2)
    r = add(w1, w2)                       r = add(w1, w2)          printed  r = b * sin(a) + b ** 2

An evaluation is moved to its use only within its block, never past a store or an effect that it could see, and not
past a new value of a variable that it reads.  In a `try` what may fail is evaluated before its derivative.
Expressions stay within a line; longer ones are cut.
The first contribution to an adjoint is folded into the second where both come from one line and fit.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from s2sad.analysis.raising import divides, fails_otherwise
from s2sad.ir.trace import (
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
    Terminator,
    Try,
    Value,
    Yield,
    plain_branch,
    walk,
)
from s2sad.ir.types import Num
from s2sad.optimize import delay, one_result
from s2sad.optimize.reprinted import Reprinted, unpacked
from s2sad.optimize.shared_memory import SharedMemory
from s2sad.optimize.width import atom_width, call_width
from s2sad.rules.row import Table

_LINE = 84
_PRIMAL_LINE = 120
_FOLDED_LINE = 64


@dataclass
class _Tree:
    """An expression under construction: its width, where it and its parts come from, where it reads and writes memory,
    where it reads names.

    `raises` and `fails` are where its primal and its derivative operations may raise different errors."""

    width: int = 0
    at: int = 0
    parts: list[int] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    raises: list[int] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    leaves: dict[str, int] = field(default_factory=dict)

    def include(self, other: _Tree) -> None:
        self.parts += [*other.parts, other.at]
        self.reads += other.reads
        self.writes += other.writes
        self.raises += other.raises
        self.fails += other.fails
        for name, position in other.leaves.items():
            self.leaf(name, position)

    def leaf(self, name: str, position: int) -> None:
        self.leaves[name] = min(position, self.leaves.get(name, position))


@dataclass
class _Events:
    """Positions in the block being assembled: what no error may be delayed past, reads of stored memory, stores,
    definitions of names, and divisions of derivative code."""

    derived: list[int]
    reads: list[int] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    fails: list[int] = field(default_factory=list)


def run(function: Function, table: Table, errors: bool = True) -> None:
    """Mark the values of a function that are printed inside others, in place.

    Where `errors` count, the primal's come before those of the derivative."""
    one_result.run(function, table)
    delay.run(function, table)
    _Assembler(function, table, errors).block(function.block, 1, function.guarded)


class _Assembler:
    def __init__(self, function: Function, table: Table, errors: bool) -> None:
        self.table = table
        self.errors = errors
        self.memory = SharedMemory(function, table)
        self.reprinted = Reprinted(function, table)
        self.kept = self.reprinted.kept | unpacked(function)
        self.uses: dict[Value, int] = {}
        self.trees: dict[Value, _Tree] = {}
        self.home: dict[Value, Block] = {}
        self.op: dict[Value, Op] = {}
        for op in walk(function.block):
            for value in op.defined():
                value.inline = value in self.reprinted.values
                self.op[value] = op
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.uses[atom] = self.uses.get(atom, 0) + 1

    # ------------------------------------------------------------------ blocks

    def block(self, block: Block, depth: int, guarded: bool) -> bool:
        """Assemble a block; returns whether it stores or has effects.  `guarded`: its errors may be handled."""
        events = _Events([at for at, op in enumerate(block.ops) if op.origin != "primal"] if guarded else [])
        stores = False
        for position, op in enumerate(block.ops):
            wrote = False
            for inner in op.blocks():
                wrote |= self.block(inner, depth + 1, guarded or (isinstance(op, Try) and inner is op.then))
            self.operation(op, block, position, depth, events, wrote)
            if wrote or self.memory.writes(op):
                stores = True
                events.writes.append(position)
            if self.memory.reads(op) or op.blocks():
                events.reads.append(position)
            for name in _defined_names(op):
                events.named[name] = position
            if self.divides(op):
                events.fails.append(position)
        return stores

    def operation(self, op: Op, block: Block, position: int, depth: int, events: _Events, wrote: bool) -> None:
        folded = self.accumulates(op, block)
        operands = _evaluated(op)
        banned: set[Value] = set()
        while True:
            absorbed, tree = self.absorb(op, operands, block, position, events, banned, folded)
            limit = self.limit(op, depth, folded in absorbed if folded is not None else False)
            cuts = [v for v in operands if isinstance(v, Value) and v in absorbed and not self.wraps(v)]
            if tree.width <= limit or not cuts:
                break
            widest = max(cuts, key=lambda v: self.trees[v].width)
            banned.add(widest)
            # What is evaluated before a part that is cut must not come after it.
            at = operands.index(widest)
            banned |= {v for v in absorbed if v in operands[:at] and (self.trees[v].reads or self.trees[v].writes)}
        for value in absorbed:
            value.inline = True
        if folded is not None and folded in absorbed:
            assert isinstance(op, Apply)
            self.newest_first(op, folded)
        self.offer(op, block, position, tree, wrote)

    def limit(self, op: Op, depth: int, folded: bool) -> int:
        names = [v.name for v in op.defined() if v.name]
        head = 4 * depth + (len(names[0]) + 3 if names else 5)
        return (_FOLDED_LINE if folded else _PRIMAL_LINE if op.origin == "primal" else _LINE) - head

    def wraps(self, value: Value) -> bool:
        """Tuples and slices stay where they are used; their parts may be cut."""
        op = self.op[value]
        return isinstance(op, Apply) and op.prim in ("tuple", "slice")

    # ------------------------------------------------------------------ one operation

    def absorb(self, op: Op, operands: list[Atom], block: Block, position: int, events: _Events, banned: set[Value],
               folded: Value | None) -> tuple[set[Value], _Tree]:
        """The operands to print inside `op`, and the resulting expression."""
        absorbed: set[Value] = set()
        tree = _Tree()
        widths: dict[int, int] = {}
        several = isinstance(op, (Terminator, Loop)) and len(op.operands()) > 1
        for at in range(len(operands) - 1, -1, -1):
            atom = operands[at]
            if not isinstance(atom, Value):
                widths[at] = atom_width(atom)
                continue
            if atom in self.reprinted.values:
                widths[at] = self.trees[atom].width if atom in self.trees else 6
                for name in self.trees[atom].leaves if atom in self.trees else ():
                    tree.leaf(name, position)
                continue
            wanted = atom not in banned and self.single(atom, op, block, folded)
            if wanted and not (several and self.trees[atom].writes) and not self.too_late(op, atom, block) \
                    and not self.delayed(atom, position, tree, events) \
                    and self.movable(self.trees[atom], block, position, tree, events):
                absorbed.add(atom)
                tree.include(self.trees[atom])
                widths[at] = self.trees[atom].width
            else:
                widths[at] = atom_width(atom)
                if atom.name is not None:
                    tree.leaf(atom.name, position)
        inner = self.branches(op) if isinstance(op, If) else None
        for name in inner.leaves if inner is not None else ():
            tree.leaf(name, position)
        tree.width = call_width(op, [widths[k] for k in range(len(operands))], self.table)
        tree.width += inner.width if inner is not None else 0
        if several:
            tree.width = max(widths.values(), default=0)
        return absorbed, tree

    def single(self, value: Value, op: Op, block: Block, folded: Value | None) -> bool:
        """Whether a value is used here only, and was made in this block."""
        if value not in self.trees or self.home[value] is not block or value in self.kept:
            return False
        if value.name is not None and value is not folded and not _swapped(value, op):
            return False
        uses = self.uses[value]
        if isinstance(op, If) and op.cond is value and self.shortcut(op):
            uses -= 1
        return uses == 1 and not self.named_target(value, op)

    def named_target(self, value: Value, op: Op) -> bool:
        """``np.reshape(A, s) += g`` is no Python: what is added to in place needs a name or a subscript."""
        made = self.op[value]
        return isinstance(op, Apply) and op.prim == "iadd" and op.args[0] is value \
            and not (isinstance(made, Apply) and made.prim == "getitem")

    def movable(self, tree: _Tree, block: Block, position: int, right: _Tree, events: _Events) -> bool:
        """Whether an expression may be evaluated at `position` instead, just before `right`."""
        if any(events.named.get(name, -1) > read for name, read in tree.leaves.items()):
            return False
        allowed = {*tree.reads, *tree.writes, *right.reads, *right.writes}
        for at in tree.reads:
            apart = {k for k in events.writes[bisect_right(events.writes, at):]
                     if self.memory.apart(block.ops[at], block.ops[k])}
            if not _only(events.writes, at, position, allowed | apart):
                return False
        return all(_only(events.writes, at, position, allowed) and _only(events.reads, at, position, allowed)
                   for at in tree.writes) and self.fails_first(tree, right, events)

    def fails_first(self, tree: _Tree, right: _Tree, events: _Events) -> bool:
        """Whether the primal's error still comes before what the derivative would raise in its place."""
        return not tree.raises or not events.fails or _only(events.fails, min(tree.raises), events.fails[-1] + 1,
                                                            {*right.fails, *tree.fails})

    def divides(self, op: Op) -> bool:
        """Whether derivative code in it may divide by zero."""
        return any(inner.origin != "primal" and divides(inner, self.table, self.op) for inner in walk(Block([], [op])))

    def delayed(self, value: Value, position: int, right: _Tree, events: _Events) -> bool:
        """Whether an error of the primal would come behind what belongs to its derivative."""
        return self.op[value].origin == "primal" \
            and not _only(events.derived, self.trees[value].at, position, {*right.parts})

    def too_late(self, op: Op, value: Value, block: Block) -> bool:
        """Whether ``l[k] += l.pop()`` would read ``l[k]`` before the list is popped, and not after it."""
        if not isinstance(op, Apply) or op.prim not in ("accumulate_at", "iadd"):
            return False
        changing = [block.ops[at] for at in self.trees[value].writes]
        return any(self.memory.same(other, op.args[0]) for change in changing for other in change.operands())

    def offer(self, op: Op, block: Block, position: int, tree: _Tree, wrote: bool) -> None:
        """Record the expression of an operation that could itself be printed inside another."""
        results = op.defined()
        if len(results) != 1 or not self.expression(op, wrote):
            return
        (value,) = results
        if self.memory.writes(op):
            tree.writes.append(position)
        elif self.memory.reads(op) or op.blocks():
            tree.reads.append(position)
        if self.errors and any(o.origin == "primal" and fails_otherwise(o) for o in walk(Block([], [op]))):
            tree.raises.append(position)
        if self.divides(op):
            tree.fails.append(position)
        tree.at = position
        self.trees[value] = tree
        self.home[value] = block

    def expression(self, op: Op, wrote: bool) -> bool:
        if isinstance(op, Call):
            return True
        if isinstance(op, Apply):
            if op.prim not in self.table or op.prim == "inplace":
                return False
            return self.table.signature(op.prim).pure or op.prim in ("pop", "pop_at")
        return isinstance(op, If) and not wrote and self.branches(op) is not None

    # ------------------------------------------------------------------ conditional expressions

    def branches(self, op: If) -> _Tree | None:
        """The expression that both branches amount to, if they are nothing else."""
        if len(op.results) != 1 or not plain_branch(op):
            return None
        tree = _Tree()
        for block in op.blocks():
            last = block.terminator
            if not isinstance(last, Yield) or not all(v.inline for o in block.body for v in o.defined() or [Value()]):
                return None
            (atom,) = last.values
            if not isinstance(atom, (Value, Const)):
                return None
            if isinstance(atom, Value) and atom in self.trees and self.home[atom] is block:
                tree.width += self.trees[atom].width
                tree.include(self.trees[atom])
            else:
                tree.width += atom_width(atom)
                if isinstance(atom, Value) and atom.name:
                    tree.leaf(atom.name, 0)
        return tree

    def shortcut(self, op: If) -> bool:
        """``If(p, q, p)`` and ``If(p, p, q)``: printed as ``p and q``, ``p or q``, with p once."""
        if self.branches(op) is None:
            return False
        return any(not b.body and b.terminator.values[0] is op.cond for b in op.blocks())

    # ------------------------------------------------------------------ accumulation

    def accumulates(self, op: Op, block: Block) -> Value | None:
        """The first contribution that this operation adds to, if both come from one line."""
        if not isinstance(op, Apply) or op.prim not in ("add", "sub") or op.origin == "primal" or len(op.results) != 1:
            return None
        first = op.args[0]
        if not isinstance(first, Value) or first.name is None or first.name != op.result.name:
            return None
        made = self.op.get(first)
        if made is None or made.origin == "primal" or self.home.get(first) is not block or not _same_line(made, op):
            return None
        if isinstance(made, Apply) and any(isinstance(a, Value) and a.name == first.name for a in made.args):
            # A third contribution is added by a statement of its own.
            return None
        number = isinstance(op.result.type, Num) or isinstance(first.type, Num)
        return first if number else None

    def newest_first(self, op: Apply, first: Value) -> None:
        """``b_bar = sin(a) + 2.0 * b``: the contribution of the later operation comes first."""
        made = self.op[first]
        if op.prim == "add" and not (isinstance(made, Apply) and made.prim in ("add", "sub", "neg")):
            op.args = [op.args[1], op.args[0]]


def _same_line(a: Op, b: Op) -> bool:
    return a.loc is not None and b.loc is not None and (a.loc.line, a.loc.text) == (b.loc.line, b.loc.text)


def _evaluated(op: Op) -> list[Atom]:
    """Operands in the order in which the printed statement evaluates them."""
    if isinstance(op, For):
        return [*op.inits, op.start, op.stop, op.step]
    if isinstance(op, Apply) and op.prim == "setitem":
        return [op.args[2], op.args[0], op.args[1]]
    return list(op.operands())


def _swapped(value: Value, op: Op) -> bool:
    """``a, b = b, a + b``: the new `b` is made where the old one is passed on as `a`."""
    if not isinstance(op, Terminator):
        return False
    return any(isinstance(a, Value) and a is not value and a.name == value.name for a in op.values)


def _only(events: list[int], start: int, stop: int, allowed: set[int]) -> bool:
    """Whether all events strictly between two positions are allowed ones."""
    at = bisect_right(events, start)
    while at < len(events) and events[at] < stop:
        if events[at] not in allowed:
            return False
        at += 1
    return True


def _defined_names(op: Op) -> set[str]:
    names = {v.name for v in op.defined() if v.name}
    for block in op.blocks():
        names |= {v.name for v in block.params if v.name}
        for inner in walk(block):
            names |= {v.name for v in inner.defined() if v.name}
    return names
