"""The head of a loop that changes something becomes the start of its body, which is reversed as all other code is.

Before::                                After::

    while:                                  while:
        v = pop(stack)                          yield True
        c = gt(v, 0.0)                      do:
        yield c                                 v = pop(stack)
    do:                                         c = gt(v, 0.0)
        y.1 = mul(y, x)                         if c:
        yield y.1                                   yield
                                                else:
                                                    break y
                                                y.1 = mul(y, x)
                                                yield y.1
"""

from __future__ import annotations

from s2sad.analysis.effects import effects_of
from s2sad.analysis.references import Effects
from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import Apply, Block, Break, Call, Const, If, Op, Program, Value, While, Yield, walk
from s2sad.rules.row import Table


def open_heads(program: Program, table: Table) -> None:
    """Rewrite every such loop of a program, in place."""
    effects: Effects | None = None
    for function in program.functions.values():
        for op in list(walk(function.block)):
            if not isinstance(op, While):
                continue
            if effects is None and any(isinstance(inner, Call) for inner in walk(op.cond)):
                effects = effects_of(program, table)
            if any(_changes(inner, table, effects or {}) for inner in walk(op.cond)):
                _open(op)


def _changes(op: Op, table: Table, effects: Effects) -> bool:
    if isinstance(op, Apply):
        return op.prim in table and table.signature(op.prim).mutates is not None
    return isinstance(op, Call) and bool(effects[op.callee].writes if op.callee in effects else op.args)


def _open(loop: While) -> None:
    """Move the head's operations to the start of the body."""
    head, body = loop.cond, loop.body
    *ops, end = head.ops
    (test,) = end.operands()
    leave = Block([], [Break(list(head.params), loc=end.loc)])
    stop = If(cond=test, then=Block([], [Yield([])]), orelse=leave, loc=end.loc)
    loop.body = Block(head.params, [*ops, stop, *body.ops])
    substitute(loop.body, dict(zip(body.params, head.params)))
    loop.cond = Block([Value(value.name, value.type) for value in head.params], [Yield([Const(True)])])
