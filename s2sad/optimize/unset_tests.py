"""Tests of names that cannot be unset are dropped, now that types and flags tell more than names did.

Before::                                After::

    y.1, matched = …                        y.1, matched = …
    w0 = not(matched)                       w0 = not(matched)
    if w0:                                  if w0:
        y.2 = sin(x)                            y.2 = sin(x)
        yield y.2                               yield y.2
    else:                                   else:
        yield y.1                               yield y.1
    -> y.3                                  -> y.3
    require_set(y.3, 'y')                   return y.3
    return y.3

A name that a branch sets on one side is tested by the branch's condition: ``if not c: raise UnboundLocalError(…)``.
"""

from __future__ import annotations

from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Block,
    Const,
    Function,
    If,
    Loop,
    Op,
    Raise,
    Value,
    While,
    Yield,
    loop_ends,
    merges,
    plain_branch,
    walk,
)
from s2sad.ir.unset import Unset, leaving, unset_message
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Drop the tests that cannot fail, in place."""
    if not any(map(_tests, walk(function.block))):
        return
    unset = Unset()
    _note(function.block, unset)
    _drop(function.block, unset, _maybe_none(function))


def _maybe_none(function: Function) -> set[Value]:
    """Merged values that are None on some path: of these None does not say that they are unset."""
    flows = merges(function)
    found: set[Value] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for targets, sources in flows:
            if any(a == Const(None) or a in found for a in sources):
                found.update(targets)
    return found


def _tests(op: Op) -> bool:
    return isinstance(op, Apply) and op.prim == "require_set"


def _note(block: Block, unset: Unset) -> None:
    for op in block.ops:
        if isinstance(op, Apply) and op.prim == "not":
            unset.negations[op.result] = op.args[0]
        elif isinstance(op, If):
            _branch(op, unset)
        elif isinstance(op, Loop):
            _loop(op, unset)


def _branch(op: If, unset: Unset) -> None:
    for block in op.blocks():
        _note(block, unset)
    ends = [(block.ops[-1], block is op.then) for block in op.blocks() if isinstance(block.ops[-1], Yield)]
    for k, result in enumerate(op.results):
        passed = [(end.operands()[k], truth) for end, truth in ends]
        unset.note(result, [a for a, truth in passed if unset.where(a, op.cond, truth)], op, k)


def _loop(op: Loop, unset: Unset) -> None:
    """What enters an iteration may come from before it or from any end of the one before."""
    heads = op.cond.params if isinstance(op, While) else op.carried
    back = [end.operands() for end in loop_ends(op)]
    size = -1
    while size != len(unset.values):
        size = len(unset.values)
        for k, params in enumerate(zip(op.carried, heads)):
            sources = [op.inits[k]] if size < 0 else [op.inits[k], *(values[k] for values in back)]
            if any(map(unset.possible, sources)):
                unset.values.update(params)
        for block in op.blocks():
            _note(block, unset)
    for k, result in enumerate(op.results):
        unset.note(result, [values[k] for values in leaving(op)], op, k)


def _drop(block: Block, unset: Unset, none: set[Value]) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _drop(inner, unset, none)
        if not _tests(op):
            ops.append(op)
        elif unset.possible(op.operands()[0]) and op.operands()[0] not in none:
            ops.append(_by_condition(op, unset) or op)
    block.ops = ops


def _by_condition(test: Op, unset: Unset) -> If | None:
    """The branch that raises where the condition left the name unset."""
    value, name = test.operands()
    made, k = unset.made.get(value, (None, 0))  # type: ignore[arg-type]
    if not isinstance(made, If) or not plain_branch(made) or not isinstance(name, Const):
        return None
    ends = [block.ops[-1] for block in made.blocks()]
    passed = [end.operands()[k] if isinstance(end, Yield) else Const(None) for end in ends]
    if [unset.possible(a) for a in passed] != [a is UNDEF for a in passed]:
        return None
    error = Value()
    raising = [Apply("exception", [Const(unset_message(str(name.value)))], [error],
                     {"name": "UnboundLocalError", "called": True}), Raise([error])]
    sides = [Block(ops=list(raising)) if a is UNDEF else Block(ops=[Yield([])]) for a in passed]
    for op in raising:
        op.loc = test.loc
    return If(made.cond, sides[0], sides[1], loc=test.loc)
