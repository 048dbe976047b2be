"""Exits back where a reader expects them: the inverse of `transform.exits`, for the loops of the result.

Before::                                After::

    c = gt(y.1, 5.0)                        c = gt(y.1, 5.0)
    if c:                                   if c:
        yield y.1, True                         break y.1
    else:                                   else:
        y.2 = add(y.1, 1.0)                     yield
        yield y.2, False                    y.2 = add(y.1, 1.0)
    -> y.3, stop                            yield y.2
    if stop:
        break y.3
    yield y.3
"""

from __future__ import annotations

from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import (
    Block,
    Break,
    Const,
    Continue,
    Function,
    If,
    Loop,
    Op,
    Return,
    Value,
    Yield,
    plain_branch,
    walk,
)
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Raise the exits of every loop of the function, in place."""
    for op in list(walk(function.block)):
        if isinstance(op, Loop):
            op.body.ops = _raise(op.body.ops)


def _raise(ops: list[Op]) -> list[Op]:
    """The operations of a loop body (or of a tail of it) with `break` in the branch that decides."""
    if len(ops) < 3:
        return ops
    branch, test, end = ops[-3:]
    if not (isinstance(branch, If) and isinstance(test, If) and isinstance(end, Yield) and _is_exit(test)):
        return ops
    if not plain_branch(branch):
        return ops
    if test.cond not in branch.results and test.cond is not branch.cond:
        return ops
    then, orelse = (_tail(block, branch, test, end) for block in branch.blocks())
    if not (_leaves(then) or _leaves(orelse)):
        return ops
    if _leaves(then):
        return [*ops[:-3], If(branch.cond, Block(ops=then), Block(ops=[Yield([])]), loc=branch.loc,
                              origin=branch.origin), *orelse]
    return [*ops[:-3], If(branch.cond, Block(ops=[Yield([])]), Block(ops=orelse), loc=branch.loc,
                          origin=branch.origin), *then]


def _is_exit(test: If) -> bool:
    return plain_branch(test) and not test.results and len(test.then.ops) == 1 and isinstance(test.then.ops[0], Break)


def _leaves(ops: list[Op]) -> bool:
    return isinstance(ops[-1], (Break, Continue, Return))


def _tail(block: Block, branch: If, test: If, end: Yield) -> list[Op]:
    """One branch followed by the exit test and the end, with its own values in place of the merged ones."""
    if not isinstance(block.ops[-1], Yield):
        return block.ops  # it has left already
    passed = block.ops[-1].operands()
    mapping = dict(zip(branch.results, passed))
    if isinstance(branch.cond, Value):
        mapping[branch.cond] = Const(block is branch.then)
    stop = mapping.get(test.cond) if isinstance(test.cond, Value) else None
    follow = Block(ops=[Yield(list(end.values), loc=end.loc, origin=end.origin)])
    substitute(follow, dict(mapping))
    values = follow.ops[0].operands()
    if stop == Const(True):
        leave = Break(values, loc=block.ops[-1].loc, origin=end.origin)
        return [*block.ops[:-1], leave]
    if stop == Const(False):
        return [*block.ops[:-1], Yield(values, loc=end.loc, origin=end.origin)]
    assert stop is not None
    inner = If(stop, Block(ops=[Break(list(values))]), Block(ops=[Yield([])]), loc=test.loc, origin=test.origin)
    return _raise([*block.ops[:-1], inner, Yield(values, loc=end.loc, origin=end.origin)])
