"""Early exits become values: the form of a trace that the adjoint starts from.

A reverse sweep enters at the exit that was taken.  Where every exit is the outcome of the
conditions before it, mirroring the conditions does that by itself, so this pass moves what follows
an exiting branch into the other branch, and leaves one exit: a function returns at its end, and
a loop body ends in one ``if stop: break``.

Before::                                After::

    for i in range(n) carrying y:           for i in range(n) carrying y:
        y.1 = mul(y, x)                         y.1 = mul(y, x)
        c = gt(y.1, 5.0)                        c = gt(y.1, 5.0)
        if c:                                   if c:
            break y.1                               yield y.1, True
        y.2 = add(y.1, 1.0)                     else:
        yield y.2                                   y.2 = add(y.1, 1.0)
                                                    yield y.2, False
                                                -> y.3, stop
                                                if stop:
                                                    break y.3
                                                yield y.3

A ``return`` inside a loop becomes two more carried values, whether it was taken and the value
returned, and a test after the loop.  `optimize.raise_exits` is the inverse, for the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import (
    UNDEF,
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
    Raise,
    Return,
    Terminator,
    Value,
    While,
    Yield,
    plain_branch,
)
from s2sad.ir.types import BOOL

# What a terminator passes on, as the values that the lowered block yields.
Convert = Callable[[Terminator], list[Atom]]
# Fresh values to receive these outcomes.
Fresh = Callable[[], list[Value]]


def structure_exits(function: Function) -> None:
    """Rewrite `function` in place so that it returns once, at its end, and each loop has one exit test."""
    block = function.block
    _lower_loops(block.ops)
    names = {t.values[0].name for t in _exits_of(block.ops) if t.values and isinstance(t.values[0], Value)}
    name = names.pop() if len(names) == 1 else None
    ops = _lower(block.ops, lambda t: t.values, lambda: [Value(name)])
    last = ops[-1]
    ops[-1] = Return(last.operands(), loc=last.loc)
    block.ops = ops


def canonical_break(body: Block) -> If | None:
    """The ``if stop: break`` that ends a structured loop body, where there is one."""
    if len(body.ops) < 2:
        return None
    test = body.ops[-2]
    if isinstance(test, If) and plain_branch(test) and not test.results and isinstance(test.then.ops[-1], Break):
        return test
    return None


def _lower_loops(ops: list[Op]) -> None:
    """Structure the loops of a list of operations, innermost first; tests for returns follow their loops."""
    position = 0
    while position < len(ops):
        op = ops[position]
        for block in op.blocks():
            _lower_loops(block.ops)
        if isinstance(op, Loop) and _has_exit(op.body.ops):
            ops[position + 1 : position + 1] = _lower_loop(op)
        position += 1


def _lower_loop(loop: Loop) -> list[Op]:
    """Structure one loop; returns the operations to put behind it."""
    after: list[Op] = []
    terminators = _exits_of(loop.body.ops)
    returning = any(isinstance(t, Return) for t in terminators)
    stopping = returning or any(isinstance(t, Break) for t in terminators)
    carried = len(loop.inits)
    if returning:
        after = _carry_return(loop, next(t for t in terminators if isinstance(t, Return)))

    def convert(terminator: Terminator) -> list[Atom]:
        values = terminator.values
        if isinstance(terminator, Return):
            values = [*[UNDEF] * carried, Const(True), values[0]]
        elif returning:
            values = [*values, Const(False), UNDEF]
        if stopping:
            values = [*values, Const(isinstance(terminator, (Break, Return)))]
        return list(values)

    def fresh() -> list[Value]:
        values = [Value(v.name, v.type) for v in loop.carried]
        return [*values, Value("stop", BOOL)] if stopping else values

    ops = _lower(loop.body.ops, convert, fresh)
    end = ops[-1]
    if stopping:
        *values, stop = end.operands()
        leave = If(stop, Block(ops=[Break(list(values))]), Block(ops=[Yield([])]), loc=end.loc)
        ops[-1:] = [leave, Yield(values, loc=end.loc)]
    loop.body.ops = ops
    return after


def _carry_return(loop: Loop, example: Return) -> list[Op]:
    """Carry whether the function returned and its value; the test that follows the loop."""
    value = example.values[0]
    name = value.name if isinstance(value, Value) else None
    for label, init, type_ in (("returned", Const(False), BOOL), (name or "result", UNDEF, value.type)):
        loop.inits = [*loop.inits, init]
        loop.body.params.append(Value(label, type_))
        if isinstance(loop, While):
            loop.cond.params.append(Value(label, type_))
        loop.results.append(Value(label, type_))
    returned, result = loop.results[-2:]
    then = Block(ops=[Return([result], loc=example.loc)])
    return [If(returned, then, Block(ops=[Yield([])]), loc=example.loc)]


def _lower(ops: list[Op], convert: Convert, fresh: Fresh) -> list[Op]:
    """The operations with every exit replaced by one `Yield` of what `convert` makes of it."""
    position = next((k for k, op in enumerate(ops) if isinstance(op, If) and _has_exit_branch(op)), None)
    if position is None:
        end = ops[-1]
        assert isinstance(end, Terminator)
        if isinstance(end, Raise):
            return ops
        return [*ops[:-1], Yield(convert(end), loc=end.loc)]
    branch = ops[position]
    assert isinstance(branch, If)
    rest = ops[position + 1 :]
    then_exits, else_exits = always_exits(branch.then), always_exits(branch.orelse)
    if not plain_branch(branch):
        merged = _leave_region(branch, rest, then_exits and else_exits, convert, fresh)
    elif then_exits or else_exits:
        merged = _move_rest(branch, rest, then_exits, convert, fresh)
    else:
        merged = _flag_rest(branch, rest, convert, fresh)
    last = merged[-1]
    return [*ops[:position], *merged, Yield(list(last.defined()), loc=last.loc)]


def _move_rest(branch: If, rest: list[Op], then_exits: bool, convert: Convert, fresh: Fresh) -> list[Op]:
    """One branch always exits: what follows belongs to the other one."""
    leaving, staying = (branch.then, branch.orelse) if then_exits else (branch.orelse, branch.then)
    leaving = Block(ops=_lower(leaving.ops, convert, fresh))
    if always_exits(staying):
        ops = staying.ops
    else:
        end = staying.ops[-1]
        following = Block(ops=rest)
        substitute(following, dict(zip(branch.results, end.operands())))
        ops = [*staying.ops[:-1], *following.ops]
    staying = Block(ops=_lower(ops, convert, fresh))
    then, orelse = (leaving, staying) if then_exits else (staying, leaving)
    return [If(branch.cond, then, orelse, fresh(), loc=branch.loc)]


def _flag_rest(branch: If, rest: list[Op], convert: Convert, fresh: Fresh) -> list[Op]:
    """Both branches may go on: a flag tells, and guards what follows."""
    width = len(branch.results)
    outcome = fresh()

    def flagged(terminator: Terminator) -> list[Atom]:
        if isinstance(terminator, Yield):
            return [Const(True), *terminator.values, *[UNDEF] * len(outcome)]
        return [Const(False), *[UNDEF] * width, *convert(terminator)]

    def fresh_flagged() -> list[Value]:
        return [Value("go_on", BOOL), *(Value(v.name, v.type) for v in branch.results), *fresh()]

    then = Block(ops=_lower(branch.then.ops, flagged, fresh_flagged))
    orelse = Block(ops=_lower(branch.orelse.ops, flagged, fresh_flagged))
    go_on = Value("go_on", BOOL)
    first = replace(branch, then=then, orelse=orelse, results=[go_on, *branch.results, *outcome])
    following = Block(ops=_lower(rest, convert, fresh))
    leave = Block(ops=[Yield(list(outcome), loc=branch.loc)])
    return [first, If(go_on, following, leave, fresh(), loc=branch.loc)]


def _leave_region(region: If, rest: list[Op], always: bool, convert: Convert, fresh: Fresh) -> list[Op]:
    """What follows a `with` or a `try` is no part of it; nothing does where every path leaves."""
    if not always:
        return _flag_rest(region, rest, convert, fresh)
    then, orelse = (Block(ops=_lower(block.ops, convert, fresh)) for block in (region.then, region.orelse))
    return [replace(region, then=then, orelse=orelse, results=fresh())]


def always_exits(block: Block) -> bool:
    """Whether no path through the block reaches its `Yield`."""
    if not isinstance(block.ops[-1], Yield):
        return True
    return any(isinstance(op, If) and always_exits(op.then) and always_exits(op.orelse) for op in block.ops)


def _has_exit(ops: list[Op]) -> bool:
    """Whether an exit of this loop (or a return) is somewhere in its body."""
    return bool(_exits_of(ops))


def _has_exit_branch(op: If) -> bool:
    return _has_exit(op.then.ops) or _has_exit(op.orelse.ops)


def _exits_of(ops: list[Op]) -> list[Terminator]:
    """Break, Continue and Return terminators that leave this body (inner loops keep their own breaks)."""
    found: list[Terminator] = []
    for op in ops:
        if isinstance(op, (Break, Continue, Return)):
            found.append(op)
        elif isinstance(op, If):
            found += _exits_of(op.then.ops) + _exits_of(op.orelse.ops)
        elif isinstance(op, (For, While)):
            found += [t for t in _exits_of(op.body.ops) if isinstance(t, Return)]
    return found
