"""Drops what nobody needs: operations, merges, carried values, loops, buffers that are only written.

Before::

    saved = list()                                  After::
    for i in range(0, n, 1) carrying y = x, z = x:      for i in range(0, n, 1) carrying y = x:
        append(saved, y)                                    y.1 = mul(y, x)
        y.1 = mul(y, x)                                     yield y.1
        z.1 = mul(z, z)                                 -> y.2
        yield y.1, z.1                                  return y.2
    -> y.2, z.2
    return y.2

Liveness starts at returns and effects and runs backwards over definitions, so a value that is only
used to compute itself is dead.  A store is live when some live operation reads its memory, or when the
memory is visible outside.  A `while` always stays (it might not end); so do effects and user calls, and
where `errors` count (in whatever returns the primal's value) the user's operations that may raise.
"""

from __future__ import annotations

from collections import defaultdict

from s2sad.analysis.memory import IsPure, Memory, immutable, is_impure, loop_exits, pure, signature_of
from s2sad.analysis.references import reads_contents
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Loop,
    Op,
    Raise,
    Return,
    Terminator,
    Try,
    Value,
    While,
    With,
    Yield,
    walk,
)
from s2sad.rules.row import Table


def run(function: Function, table: Table, is_pure: IsPure = is_impure, errors: bool = True) -> None:
    """Remove dead operations in place."""
    liveness = _Liveness(function, table, is_pure, errors)
    liveness.mark()
    _sweep(function.block, liveness)


class _Liveness:
    """Marks live operations, values and observed memory classes with one work list."""

    def __init__(self, function: Function, table: Table, is_pure: IsPure, errors: bool) -> None:
        self.function = function
        self.table = table
        self.is_pure = is_pure
        self.errors = errors
        self.trapping = 0  # contexts around, in which NumPy may raise
        self.picks: dict[Op, list[Op]] = {}  # reads of an item of a list that is held as several
        self.memory = Memory(function, table, is_pure)
        self.values: set[Value] = set()
        self.ops: set[Op] = set()
        self.observed: set[Value] = {self.memory.find(self.memory.outside)}
        self.parent: dict[Op, Op] = {}
        self.definer: dict[Value, tuple[Op, int]] = {}
        self.stores: dict[Value, list[Op]] = defaultdict(list)
        self.roots: list[Op] = []
        self.work: list[Op | Value] = []
        self.index(function.block, None)

    def index(self, block: Block, parent: Op | None) -> None:
        """Record definitions, enclosing operations, stores by class, and what is live by itself."""
        for op in block.ops:
            if parent is not None:
                self.parent[op] = parent
            for k, value in enumerate(op.defined()):
                self.definer[value] = (op, k)
            if isinstance(op, Loop):
                for params in (op.carried, op.cond.params if isinstance(op, While) else []):
                    self.definer.update((value, (op, k)) for k, value in enumerate(params))
            traps = isinstance(op, With) and self.traps(op)
            self.trapping += traps
            for inner in op.blocks():
                self.index(inner, op)
            self.trapping -= traps
            if self.errors and op.origin == "primal" and self.may_raise(op):
                beside = op.attrs.get("_picks") if isinstance(op, Apply) else None
                (self.roots if beside is None else self.picks.setdefault(beside, [])).append(op)
            if isinstance(op, (Return, Raise, While, Try)) or (isinstance(op, With) and self.entered(op)):
                self.roots.append(op)
            if isinstance(op, Try):
                # Any of these may raise what the handler is for.
                self.roots += [inner for inner in walk(op.then) if inner.origin == "primal"
                               and not isinstance(inner, Terminator)]
            elif isinstance(op, (Apply, Call)):
                self.index_simple(op)

    def entered(self, op: With) -> bool:
        """Whether entering the context does something by itself: NumPy's error state only matters to what is inside."""
        made = self.definer.get(op.cond, (None, 0))[0] if isinstance(op.cond, Value) else None
        return not (isinstance(made, Apply) and made.prim == "np.errstate")

    def may_raise(self, op: Op) -> bool:
        """Whether an operation may fail for its operands' values."""
        if isinstance(op, For):
            return not (isinstance(op.step, Const) and op.step.value)
        if not isinstance(op, Apply) or op.prim not in self.table:
            return False
        row = self.table[op.prim]
        return row.may_raise(op.args, op.attrs) or (self.trapping > 0 and row.kind != "structural")

    def traps(self, op: With) -> bool:
        """``with np.errstate(divide="raise")``: NumPy's own arithmetic raises inside."""
        made = self.definer.get(op.cond, (None, 0))[0] if isinstance(op.cond, Value) else None
        return isinstance(made, Apply) and made.prim == "np.errstate" and any(
            not (isinstance(a, Const) and a.value in (None, "ignore", "warn")) for a in made.args)

    def index_simple(self, op: Apply | Call) -> None:
        signature = signature_of(op, self.table)
        if signature is not None and signature.mutates is not None and not signature.effect:
            target = op.args[signature.mutates]
            if isinstance(target, Value) and not immutable(target.type):
                self.stores[self.memory.find(target)].append(op)
                return
        if not pure(op, self.table, self.is_pure):
            self.roots.append(op)

    def mark(self) -> None:
        self.work += self.roots
        for root in self.observed:
            self.work += self.stores[root]
        self.follow()
        for reads in self.picks.values():
            if not any(op in self.ops for op in reads):
                self.work.append(reads[0])
                self.follow()

    def follow(self) -> None:
        while self.work:
            item = self.work.pop()
            if isinstance(item, Value):
                self.mark_value(item)
            else:
                self.mark_op(item)

    def need(self, atom: Atom) -> None:
        if isinstance(atom, Value) and atom not in self.values:
            self.values.add(atom)
            self.work.append(atom)

    def observe(self, atom: Atom) -> None:
        """The memory behind `atom` is read: all stores into it matter."""
        if isinstance(atom, Value) and not immutable(atom.type):
            root = self.memory.find(atom)
            if root not in self.observed:
                self.observed.add(root)
                self.work += self.stores[root]

    def mark_value(self, value: Value) -> None:
        definer = self.definer.get(value)
        if definer is None:
            return  # a parameter, or an index: its loop is live if anything in it is
        op, k = definer
        self.work.append(op)
        if isinstance(op, If):
            for branch in op.blocks():
                if isinstance(branch.ops[-1], Yield):
                    self.need(branch.ops[-1].values[k])
        elif isinstance(op, Loop):
            for same in [op.carried[k], op.results[k]] + ([op.cond.params[k]] if isinstance(op, While) else []):
                self.need(same)
            self.need(op.inits[k])
            for leave in loop_exits(op):
                self.need(leave.operands()[k])
        elif isinstance(op, Apply):
            # The result of a pop is a read of the list.
            for target in self.memory.targets(op):
                self.observe(target)

    def mark_op(self, op: Op) -> None:
        if op in self.ops:
            return
        self.ops.add(op)
        if op in self.parent:
            self.work.append(self.parent[op])
        if isinstance(op, (Apply, Call, Return, Raise)):
            signature = signature_of(op, self.table)
            target = signature.mutates if signature is not None else None
            for k, atom in enumerate(op.operands()):
                self.need(atom)
                if k != target and not (isinstance(atom, Value) and not reads_contents(op, atom)):
                    self.observe(atom)
        elif isinstance(op, If):
            self.need(op.cond)
            self.observe(op.cond)
        elif isinstance(op, Loop):
            for atom in [op.start, op.stop, op.step] if isinstance(op, For) else []:
                self.need(atom)
            if isinstance(op, While):
                for atom in op.cond.terminator.values:
                    self.need(atom)
                    self.observe(atom)
            # Leaving the loop early decides how often the live operations in it run.
            self.work += [leave for leave in loop_exits(op) if isinstance(leave, (Break, Continue))]


def _sweep(block: Block, live: _Liveness) -> None:
    block.ops = [op for op in block.ops if op in live.ops or isinstance(op, Terminator)]
    for op in block.ops:
        if isinstance(op, If):
            narrow_branch(op, [k for k, v in enumerate(op.results) if v in live.values])
        elif isinstance(op, Loop):
            narrow_loop(op, [k for k, v in enumerate(op.results) if v in live.values])
        for inner in op.blocks():
            _sweep(inner, live)


def narrow_branch(op: If, kept: list[int]) -> None:
    """Keep only these results of a branch."""
    for branch in op.blocks():
        last = branch.ops[-1]
        if isinstance(last, Yield):
            last.values = [last.values[k] for k in kept]
    op.results = [op.results[k] for k in kept]


def narrow_loop(op: Loop, kept: list[int]) -> None:
    """Keep only these carried values of a loop."""
    if len(kept) == len(op.inits):
        return
    for leave in loop_exits(op):
        operands = leave.operands()
        leave.set_operands([operands[k] for k in kept])
    head = len(op.body.params) - len(op.inits)
    carried = op.carried
    op.body.params = op.body.params[:head] + [carried[k] for k in kept]
    if isinstance(op, While):
        op.cond.params = [op.cond.params[k] for k in kept]
    op.inits = [op.inits[k] for k in kept]
    op.results = [op.results[k] for k in kept]
