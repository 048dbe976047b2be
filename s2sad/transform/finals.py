"""A `finally` that stores is written out, for reverse mode: once where an error goes on, once where none does.

Before (exits are values)::              After::

    try:                                     try:
        t = getitem(a, i)                        t = getitem(a, i)
        yield t                                  yield t
    finally:                                 except BaseException:
        setitem(a, 0, x)                         setitem(a, 0, x)
        resume                                   raise
    -> t.1                                   -> t.1
                                             setitem(a, 0, x)

What is stored there is reversed like any other store, for the reverse sweep is only reached where no error goes on.
A `finally` that prints or unlocks stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.rewrite import Mapping, clone_ops, clone_value
from s2sad.ir.trace import UNDEF, Apply, Block, Call, Function, Op, Raise, Try, Yield, walk
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Write them out everywhere in a function whose exits are structured, in place."""
    _block(function.block, table)


def _block(block: Block, table: Table) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _block(inner, table)
        ops += _written_out(op, op.final) if isinstance(op, Try) and op.final is not None \
            and _stores(op.final, table) else [op]
    block.ops = ops


def _stores(block: Block, table: Table) -> bool:
    """Whether it stores, or calls what may."""
    return any(isinstance(op, Call) or (isinstance(op, Apply) and table.signature(op.prim).mutates is not None)
               for op in walk(block))


def _written_out(op: Try, final: Block) -> list[Op]:
    then = op.then
    if op.kinds:
        results = [clone_value(v, {}) for v in op.results]
        then = Block(ops=[replace(op, final=None, results=results), Yield([*results], loc=op.loc)])
    copies: Mapping = {}
    failing = Block(ops=[*clone_ops(final.body, copies), Raise([], loc=op.loc)])
    return [Try(UNDEF, then, failing, op.results, ("BaseException",), loc=op.loc, origin=op.origin), *final.body]
