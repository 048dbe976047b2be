"""A branch that passes on one value under two names passes it on under one.

Before::                                After::

    if c:                                   if c:
        x.1 = truediv(x, w)                     x.1 = truediv(x, w)
        yield x.1, x.1                          yield x.1
    else:                                   else:
        x.2 = mul(2.0, x)                       x.2 = mul(2.0, x)
        yield x.2, undefined                    yield x.2
    -> x.3, x.4                             -> x.3

Where `x.4` may be read, the first branch was taken, and there it equals `x.3`.
"""

from __future__ import annotations

from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import UNDEF, Atom, Function, If, Value, Yield, walk
from s2sad.ir.unset import tested
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Unite results of every branch, in place."""
    replaced: dict[Value, Atom] = {}
    kept = tested(function)
    for op in walk(function.block):
        if isinstance(op, If) and len(op.results) > 1:
            unite(op, replaced, kept)
    substitute(function.block, replaced)


def unite(op: If, replaced: dict[Value, Atom], unset: set[Value]) -> None:
    """Drop the results that another one covers, unless their being `unset` matters."""
    ends = [b.terminator for b in op.blocks() if isinstance(b.terminator, Yield)]
    if not ends:
        return
    kept: list[int] = []
    order = sorted(range(len(op.results)), key=lambda k: sum(end.values[k] is UNDEF for end in ends))
    for k in order:
        cover = next((j for j in kept if all(_covers(end.values[j], end.values[k]) for end in ends)), None)
        if cover is None or op.results[k] in unset or not any(isinstance(end.values[k], Value) for end in ends):
            kept.append(k)
        else:
            replaced[op.results[k]] = op.results[cover]
    if len(kept) < len(op.results):
        kept.sort()
        op.results = [op.results[k] for k in kept]
        for end in ends:
            end.values = [end.values[k] for k in kept]


def _covers(value: Atom, other: Atom) -> bool:
    return other is UNDEF or value is other or (not isinstance(value, Value) and value == other)
