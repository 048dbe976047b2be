"""Every field of a container becomes a single-assignment value; containers vanish from the function.

Before::                                        After::

    d = dict('x', x, 'n', 0.0)                      for i in range(0, k, 1) carrying n = 0.0:
    for i in range(0, k, 1):                            n.1 = add(n, x)
        w0 = getitem(d, 'n')                            yield n.1
        w1 = getitem(d, 'x')                        -> n.2
        w2 = add(w0, w1)                            return n.2
        setitem(d, 'n', w2)
    w3 = getitem(d, 'n')
    return w3

A walk over the function builds it anew.  What each container holds is followed through branches (a field that they set
differently is one more result) and loops (a field that the body sets is one more carried value).  A loop over the items
of a dict is written out.  Two names for one container are one container; where it may be one of several, nothing may
be stored into it any more.  What cannot be followed is refused.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.rewrite import clone_function, clone_op, substitute
from s2sad.ir.trace import (
    UNDEF,
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
    Program,
    Return,
    Terminator,
    Try,
    Undefined,
    Value,
    While,
    Yield,
    plain_branch,
    walk,
)
from s2sad.rules.row import Table
from s2sad.transform.exits import structure_exits
from s2sad.transform.records.lists import Lists, Reshape
from s2sad.transform.records.loops import SHORT, Carried, Retry, Unroll, slots_of
from s2sad.transform.records.model import (
    Binding,
    Conflict,
    End,
    Join,
    Record,
    State,
    Template,
    copied,
    fits,
    leaves,
    template,
)
from s2sad.transform.records.trees import reads_record

_ATTEMPTS = 40


class Promotion(Lists):
    """One function's walk."""

    def __init__(self, program: Program, function: Function, table: Table) -> None:
        super().__init__(table, function.name)
        self.program = program
        self.function = function
        self.ends: list[list[End]] = []      # of the loops around
        self.calls: list[str] = []           # the functions being written out
        self.written_out: dict[Op, Function] = {}
        self.result: Template | None = None  # the structure of what the function returns, where it is a record

    def run(self, params: list[Value], bindings: list[Binding]) -> Block:
        """The function's new block with these parameters; `bindings` are what the old ones stand for."""
        self.env.update(zip(self.function.values, bindings))
        state = copied(self.state)
        while True:
            try:
                block, end = self.region(self.function.block.ops)
                break
            except Unroll as unroll:
                if unroll.needed:
                    self.refuse(unroll.op, unroll.message, unroll.hint)
                self.computed.add(unroll.op)
            except Reshape as reshape:
                self.shapes[reshape.op] = reshape.template
            self.restore(state, {})
            self.ends, self.calls = [], []
            self.result = None
        self.close(block, end)
        block.params = params
        return block

    def restore(self, state: State, frozen: dict[Record, str]) -> None:
        """Forget what an attempt found.  `frozen` stays the same dict, which others hold."""
        self.state = copied(state)
        self.frozen.clear()
        self.frozen.update(frozen)

    # ------------------------------------------------------------------ blocks

    def region(self, ops: list[Op]) -> tuple[Block, End]:
        """A new block for a walk through `ops`; its terminator is still missing."""
        outer, block = self.out, Block()
        self.out = block.ops
        end = self.walk(ops)
        self.out = outer
        return block, end

    def close(self, block: Block, end: End, values: list[Atom] | None = None) -> None:
        if values is not None:
            end.op.set_operands(values)
        block.ops.append(end.op)

    def walk(self, ops: list[Op]) -> End:
        for op in ops:
            end = self.step(op)
            if end is not None:
                return end
        raise AssertionError("a block without an end")

    def step(self, op: Op) -> End | None:
        """Rebuild one operation; how the block ends, if it is its last one."""
        if isinstance(op, Apply):
            self.apply(op)
        elif isinstance(op, Call):
            self.call(op)
        elif isinstance(op, If):
            return self.branch(op)
        elif isinstance(op, Loop):
            return self.loop(op)
        elif isinstance(op, Return) and not self.calls:
            return self.returned(op)
        elif isinstance(op, (Yield, Break, Continue, Return)):
            end = End(type(op)([], loc=op.loc, origin=op.origin), self.bindings(op), self.state)
            if isinstance(op, (Break, Continue)):
                self.ends[-1].append(end)
            return end
        else:
            return self.other(op)
        return None

    def other(self, op: Op) -> End | None:
        """Any other construct: without records in it, it stays as it is."""
        inside = [op, *(o for block in op.blocks() for o in walk(block))]
        for o in inside:
            if any(isinstance(b, (Record, Conflict)) for b in self.bindings(o)) or is_record_operation(o):
                self.refuse(o, "a dict or an object is used here, which is not supported",
                            "take what is needed out of it before")
        copy = clone_op(op, {v: b for v, b in self.env.items() if not isinstance(b, (Record, Conflict))})
        self.env.update(zip(op.defined(), copy.defined()))
        if isinstance(copy, Terminator):
            return End(copy, copy.operands(), self.state)
        self.out.append(copy)
        return None

    def returned(self, op: Op) -> End:
        """A container that is returned becomes a tuple of its leaves."""
        (value,) = self.bindings(op)
        if isinstance(value, Record):
            wanted = template(value, self.state)
            if self.result is None:
                self.result = wanted
            if not fits(value, self.result, self.state):
                self.refuse(op, "the containers returned on different paths have different keys",
                            "return the same structure on every path")
            parts = leaves(value, self.state, self.result)
            if any(isinstance(p, Conflict) for p in parts):
                self.refuse(op, "a container is returned in which not every key is set on every path",
                            "set every key before the branch")
            display = Apply("tuple", list(parts), [Value(None)], loc=op.loc)
            self.out.append(display)
            value = display.result
        elif isinstance(value, Conflict):
            self.refuse(op, f"what is returned {value.message}", "return the same structure on every path")
        elif self.result is not None and not isinstance(value, Undefined):
            self.refuse(op, "a container is returned on one path and something else on another",
                        "return the same structure on every path")
        return End(Return([value], loc=op.loc, origin=op.origin), [], self.state)

    # ------------------------------------------------------------------ branches

    def branch(self, op: If) -> End | None:
        known = self.truth(self.resolve(op.cond), op)
        if known is not None:
            end = self.walk((op.then if known else op.orelse).ops)
            if not isinstance(end.op, Yield):
                return end
            self.env.update(zip(op.results, end.bindings))
            return None
        new = replace(op, cond=self.atom(op.cond, op), then=Block(), orelse=Block(), results=[])
        before = self.state
        self.state = copied(before)
        new.then, then = self.region(op.then.ops)
        if isinstance(new, Try):
            self.guarded(op, new, before, then.state)
        self.state = copied(before)
        new.orelse, orelse = self.region(op.orelse.ops)
        sides = [(new.then, then), (new.orelse, orelse)]
        reaching = [(block, end) for block, end in sides if isinstance(end.op, Yield)]
        for block, end in sides:
            if not isinstance(end.op, Yield):
                self.close(block, end)
        if not reaching and not plain_branch(new):
            self.env.update(dict.fromkeys(op.results, UNDEF))
            self.out.append(new)
            return None
        if not reaching:
            # Nothing comes after: the second branch continues the outer block.
            self.out += [new, *new.orelse.ops[:-1]]
            new.orelse = Block([], [Yield([], loc=op.loc)])
            return orelse
        join = Join([end.state for _, end in reaching],
                    [{v for o in block.ops for v in o.defined()} for block, _ in reaching], self.frozen)
        for k, result in enumerate(op.results):
            self.env[result] = join.binding([end.bindings[k] for _, end in reaching], result.name)
        self.state = copied(join.everything(before))
        for (block, end), column in zip(reaching, join.columns):
            self.close(block, end, column)
        new.results = join.results
        self.out.append(new)
        return None

    def guarded(self, op: If, new: Try, before: State, after: State) -> None:
        """An error may leave a container as it was in the middle of a `try`, and nobody knows where that is."""
        changed = any(after.get(record) != fields for record, fields in before.items())
        for inner in walk(op.then):
            at = self.table.signature(inner.prim).mutates if isinstance(inner, Apply) else None
            target = self.resolve(inner.operands()[at]) if at is not None else None
            changed |= isinstance(target, Record) and target in before
        if changed:
            self.refuse(op, "a container that a `try` stores into", "store after the try, or use separate variables")
        if new.final is not None:
            self.state = copied(before)
            new.final, end = self.region(new.final.ops)
            if any(end.state.get(record) != fields for record, fields in before.items()):
                self.refuse(op, "a container that a `finally` stores into", "store after the try")
            self.close(new.final, end)

    # ------------------------------------------------------------------ calls

    def call(self, op: Call) -> None:
        """A call that has to do with records is written out."""
        bindings = self.bindings(op)
        callee = self.program.functions[op.callee]
        if not any(isinstance(b, (Record, Conflict)) for b in bindings) and not uses_records(self.program, op.callee):
            self.clone(op)
            return
        if op.callee in self.calls or op.callee == self.function.key:
            self.refuse(op, f"{callee.name!r} calls itself with a dict or an object",
                        "pass its fields as arguments of their own")
        if op not in self.written_out:
            self.written_out[op], _ = clone_function(callee)
            structure_exits(self.written_out[op])
        callee = self.written_out[op]
        self.env.update(zip(callee.values, bindings))
        self.calls.append(op.callee)
        around, self.ends = self.ends, []
        end = self.walk(callee.block.ops)
        self.ends = around
        self.calls.pop()
        (result,) = op.results
        (value,) = end.bindings
        if isinstance(value, Value) and value.name is None:
            value.name = result.name
        self.env[result] = value

    # ------------------------------------------------------------------ loops

    def loop(self, op: Loop) -> End | None:
        """Rebuild a loop; what it carries is found by trying: see `loops`."""
        choices: dict[object, Template | None] = {}
        state, frozen, position = copied(self.state), dict(self.frozen), len(self.out)
        depth = len(self.ends), len(self.calls)
        for _ in range(_ATTEMPTS):
            try:
                self.attempt(op, choices)
                return None
            except Retry as retry:
                choices[retry.slot] = retry.template
            except Unroll as unroll:
                del self.ends[depth[0]:], self.calls[depth[1]:]
                self.restore(state, frozen)
                counts = self.counts(op) if isinstance(op, For) else None
                if isinstance(op, For) and counts is not None and (unroll.needed or len(counts) <= SHORT) \
                        and len(counts) <= unroll.longest:
                    return self.unrolled(op)
                if unroll.needed or self.ends:
                    raise unroll
                self.computed.add(unroll.op)
            finally:
                if len(self.ends) > depth[0]:
                    del self.ends[depth[0]:], self.calls[depth[1]:]
            self.restore(state, frozen)
            assert len(self.out) == position
        self.refuse(op, "what this loop does to a container cannot be followed", "use separate variables")

    def attempt(self, op: Loop, choices: dict[object, Template | None]) -> None:
        slots = slots_of(op, [self.resolve(a) for a in op.inits], self.state, self.frozen, choices,
                         self.empty)
        late = [(slot[1], slot[2]) for slot in choices if slot[0] == "late"]  # type: ignore[index]
        carried = Carried(self, op, slots, late)
        self.ends.append([])
        condition = Block()
        before = copied(self.state)
        out, index = self.out, Value(op.index.name, op.index.type) if isinstance(op, For) else None
        try:
            if isinstance(op, While):
                self.env.update(zip(op.cond.params, carried.enter("cond")))
                condition, end = self.region(op.cond.ops)
                self.close(condition, end, [self.readable(end.bindings[0], op)])
                self.state = copied(before)
            elif index is not None and isinstance(op, For):
                self.env[op.index] = index
            self.env.update(zip(op.carried, carried.enter("param")))
            body, last = self.region(op.body.ops)
        finally:
            self.out = out
        ends = self.ends.pop()
        self.close(body, last)
        if isinstance(last.op, Yield):
            ends.append(last)
        carried.new_keys(ends, before)
        carried.leave(ends)
        self.state = copied(before)
        results = carried.enter("result")
        carried.forget_new_keys(ends, self.state)
        new: Loop
        if isinstance(op, For) and index is not None:
            start, stop, step = (self.atom(a, op) for a in (op.start, op.stop, op.step))
            body.params = [index, *carried.values("param")]
            new = For(carried.inits, body, carried.values("result"), start, stop, step, loc=op.loc, origin=op.origin)
        else:
            body.params, condition.params = carried.values("param"), carried.values("cond")
            new = While(carried.inits, body, carried.values("result"), condition, loc=op.loc, origin=op.origin)
        steady = carried.steady()
        for block in new.blocks():
            substitute(block, {slot.value(which): slot.init for slot in steady for which in ("param", "cond")})
        carried.drop(steady, new, ends, self.state)
        self.env.update(zip(op.results, results))
        self.out.append(new)

    def counts(self, op: For) -> range | None:
        """The iterations of a loop with a known number of them."""
        bounds = [self.resolve(a) for a in (op.start, op.stop, op.step)]
        if all(isinstance(b, Const) and type(b.value) is int for b in bounds) and bounds[2].value != 0:
            return range(*(b.value for b in bounds))
        return None

    def unrolled(self, op: For) -> End | None:
        """The iterations one after the other."""
        carried = [self.resolve(a) for a in op.inits]
        for k in self.counts(op) or ():
            self.env[op.index] = Const(k)
            self.env.update(zip(op.carried, carried))
            self.ends.append([])
            end = self.walk(op.body.ops)
            nested = [e for e in self.ends.pop() if e is not end]
            if nested:
                self.refuse(nested[0].op if nested[0].op.loc else op, "break or continue under a condition in a loop "
                            "over the items of a container is not supported",
                            "put what follows into the else of the condition")
            if isinstance(end.op, Return):
                return end
            carried = end.bindings
            if isinstance(end.op, Break):
                break
        self.env.update(zip(op.results, carried))
        return None


_RECORD_OPERATIONS = ("construct", "attribute", "method", "set_attribute", "helper.like")


def is_record_operation(op: Op) -> bool:
    """Whether an operation is one on a dict or an object by itself."""
    if not isinstance(op, Apply):
        return False
    if op.prim in ("getitem", "setitem"):
        return isinstance(op.args[1], Const) and isinstance(op.args[1].value, str)
    return op.prim in _RECORD_OPERATIONS or op.prim.partition(".")[0] in ("dict", "namedtuple", "dataclasses")


def uses_records(program: Program, key: str) -> bool:
    """Whether a function, or one that it calls, makes or reads a record."""
    seen: set[str] = set()
    pending = [key]
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        for op in walk(program.functions[name].block):
            if is_record_operation(op) or reads_record(op):
                return True
            if isinstance(op, Call):
                pending.append(op.callee)
    return False
