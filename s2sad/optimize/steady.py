"""Flags that do not change are not set again.

Before::                                After::

    for … carrying found = False:           for … carrying found = False:
        …                                       …
            break True                              break True
        yield False                             yield found

A carried value that starts as a literal, and that every way back to the loop's head passes as that literal, is
that literal at the head; passing it on needs no assignment.  A branch on a flag knows what the flag is.
"""

from __future__ import annotations

from s2sad.ir.trace import Break, Const, Function, If, Loop, Value, loop_ends, plain_branch, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Pass flags on as themselves, in place, inner loops first."""
    for op in reversed([op for op in walk(function.block) if isinstance(op, Loop)]):
        _loop(op)


def _loop(op: Loop) -> None:
    ends = loop_ends(op)
    back = [end for end in ends if not isinstance(end, Break)]
    for k, (init, param) in enumerate(zip(op.inits, op.carried)):
        known = init.value if isinstance(init, Const) else None
        if isinstance(known, bool) and back and all(end.values[k] == init for end in back):
            refuted = None if known else _refuted(op, param)
            for end in ends:
                if end.values[k] == init:
                    last = refuted if refuted is not None and end is op.body.ops[-1] else param
                    end.values = [*end.values[:k], last, *end.values[k + 1 :]]
            _start_inner(op, param, known)
    for inner in walk(op.body):
        plain = isinstance(inner, If) and plain_branch(inner)
        if plain and isinstance(inner, If) and isinstance(inner.cond, Value) and inner.then.ops[-1] in ends:
            flag, leaving = inner.cond, inner.then.ops[-1]
            leaving.set_operands([flag if v == Const(True) and r.name == flag.name else v
                               for v, r in zip(leaving.operands(), op.results)])


def _refuted(op: Loop, flag: Value) -> Value | None:
    """A flag of the same name that the body's end is reached only without: behind ``if flag: break``."""
    found = None
    for inner in op.body.ops:
        if isinstance(inner, If) and isinstance(inner.then.ops[-1], Break) and isinstance(inner.cond, Value) \
                and inner.cond.name == flag.name:
            found = inner.cond
    return found


def _start_inner(op: Loop, flag: Value, known: bool) -> None:
    """Loops inside start from the flag of the same name, which is known there."""
    for inner in walk(op.body):
        if isinstance(inner, Loop):
            inner.inits = [flag if init == Const(known) and param.name == flag.name else init
                           for init, param in zip(inner.inits, inner.carried)]
