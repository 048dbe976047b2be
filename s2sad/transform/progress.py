"""A `try` that stores into arrays from outside becomes several, so that it is known how far it came.

An error in the middle leaves some stores done; the reverse sweep has to undo exactly these.  Before::

    try:
        setitem(A, 0, x)
        w0 = truediv(x, n)
        setitem(A, 1, w0)
        yield
    except ZeroDivisionError:
        setitem(A, 2, x)
        yield

After::

    try:                                            # a store that fails has stored nothing
        setitem(A, 0, x)
        yield True, None
    except ZeroDivisionError:
        w1 = caught()
        yield False, w1
    -> done, failure
    if done:
        try:
            w0 = truediv(x, n)
            setitem(A, 1, w0)
            ...
    else:
        yield False, failure
    -> done.1, failure.1
    if done.1:
        yield
    else:
        setitem(A, 2, x)
        yield

Stores in loops and branches of a `try` that an error may follow stay as they are, and are refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from s2sad.analysis.references import Effects, References
from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import UNDEF, Apply, Atom, Block, Const, Function, If, Op, Raise, Try, Value, Yield, walk
from s2sad.ir.types import BOOL, EXCEPTION
from s2sad.rules.row import Table
from s2sad.transform.adjoint.regions import last_to_fail


def record_progress(function: Function, table: Table, effects: Effects) -> None:
    """Cut the tries of a function into parts where stores ask for it, in place."""
    if any(isinstance(op, Try) and op.kinds for op in walk(function.block)):
        _Progress(References(function, table, effects)).block(function.block)


class _Progress:
    def __init__(self, refs: References) -> None:
        self.refs = refs

    def block(self, block: Block) -> None:
        ops: list[Op] = []
        for op in block.ops:
            for inner in op.blocks():
                self.block(inner)
            parts = self.parts(op) if isinstance(op, Try) and op.kinds else []
            if len(parts) > 1:
                assert isinstance(op, Try)
                ops += _in_parts(op, parts)
            else:
                ops.append(op)
        block.ops = ops

    def parts(self, op: Try) -> list[list[Op]]:
        """The guarded operations in runs that end in a store."""
        if not isinstance(op.then.ops[-1], Yield):
            return []
        if not any(self.stores(inner, op.then.ops) for inner in walk(op.then)):
            return []
        last = last_to_fail(op.then)
        parts: list[list[Op]] = [[]]
        for inner in op.then.ops[:-1]:
            parts[-1].append(inner)
            if isinstance(inner, Apply) and inner not in last and self.stores(inner, parts[-1]):
                parts.append([])
        return parts

    def stores(self, op: Op, inside: list[Op]) -> bool:
        """Whether an operation stores into memory that none of these operations made."""
        made = set(walk(Block(ops=inside)))
        return any(self.refs.definition.get(self.refs.root(v)) not in made for v in self.refs.written(op))


def _in_parts(op: Try, parts: list[list[Op]]) -> list[Op]:
    end = op.then.ops[-1]
    made, finals, done, failure = _chain(op, parts, list(end.operands()))
    test = If(done, Block(ops=[Yield(finals, loc=op.loc)]), _handler(op, failure), op.results, loc=op.loc)
    if op.final is None:
        return [*made, test]
    test.results = [Value(result.name, result.type) for result in op.results]
    guarded = Block(ops=[*made, test, Yield(list(test.results), loc=op.loc)])
    return [Try(UNDEF, guarded, Block(ops=[Raise([], loc=op.loc)]), op.results, final=op.final, loc=op.loc)]


def _chain(op: Try, parts: list[list[Op]], finals: list[Atom]) -> tuple[list[Op], list[Atom], Value, Value]:
    """One `try` for each part, inside a test that those before it were completed; what they come to."""
    part, *rest = parts
    own = {v for inner in part for v in inner.defined()}
    used = _used(rest, finals) if rest else [a for a in finals if isinstance(a, Value)]
    passed = [v for v in dict.fromkeys(used) if v in own]
    results = {v: Value(v.name, v.type) for v in passed}
    done, failure, error = Value("completed", BOOL), Value("failure", EXCEPTION), Value("error", EXCEPTION)
    guarded = Block(ops=[*part, Yield([*passed, Const(True), Const(None)], loc=op.loc)])
    caught = Block(ops=[Apply("caught", [], [error], loc=op.loc),
                        Yield([*(UNDEF for _ in passed), Const(False), error], loc=op.loc)])
    first = Try(UNDEF, guarded, caught, [*results.values(), done, failure], kinds=op.kinds, loc=op.loc)
    finals = [results.get(a, a) if isinstance(a, Value) else a for a in finals]
    if not rest:
        return [first], finals, done, failure
    later = Block(ops=[inner for ops in rest for inner in ops])
    substitute(later, dict(results))
    made, ends, done_after, failure_after = _chain(op, rest, finals)
    there = {v for inner in made for v in inner.defined()}
    kept = [k for k, a in enumerate(ends) if a in there]
    outs = [Value(a.name, a.type) if isinstance(a, Value) else Value() for a in ends]
    all_done, why = Value("completed", BOOL), Value("failure", EXCEPTION)
    go_on = Block(ops=[*made, Yield([*(ends[k] for k in kept), done_after, failure_after], loc=op.loc)])
    stop = Block(ops=[Yield([*(UNDEF for _ in kept), Const(False), failure], loc=op.loc)])
    test = If(done, go_on, stop, [*(outs[k] for k in kept), all_done, why], loc=op.loc)
    return [first, test], [outs[k] if k in kept else a for k, a in enumerate(ends)], all_done, why


def _used(parts: Iterable[list[Op]], finals: list[Atom]) -> list[Value]:
    ops = [inner for part in parts for op in part for inner in (op, *(i for b in op.blocks() for i in walk(b)))]
    return [a for a in [*(a for op in ops for a in op.operands()), *finals] if isinstance(a, Value)]


def _handler(op: Try, failure: Value) -> Block:
    """The handlers, behind the parts: what was caught is the error that was kept."""
    block = op.orelse
    caught = [o for o in block.ops if isinstance(o, Apply) and o.prim == "caught"]
    block.ops = [o for o in block.ops if o not in caught]
    substitute(block, {o.result: failure for o in caught})
    for inner in walk(block):
        if isinstance(inner, Raise) and not inner.values and not _in_handler(inner, block):
            inner.values = [failure]
    return block


def _in_handler(end: Raise, block: Block) -> bool:
    """Whether a bare `raise` belongs to a `try` or `with` inside."""
    return any(end in walk(inner.orelse) for inner in walk(block) if isinstance(inner, If) and type(inner) is not If)
