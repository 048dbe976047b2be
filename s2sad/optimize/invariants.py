"""Replaces merges that merge nothing: carried values that no iteration changes, equal branches.

Before::                                      After::

    for i in range(0, n, 1) carrying c = a:       for i in range(0, n, 1):
        w0 = gt(c, 0.0)                               w0 = gt(a, 0.0)
        if w0:                                        if w0:
            print(c)                                      print(a)
            yield c                                       yield
        else:                                         else:
            yield c                                       yield
        -> c.1                                        yield
        yield c.1                                 return a
    -> c.2
    return c.2
"""

from __future__ import annotations

from s2sad.analysis.memory import loop_exits
from s2sad.ir.rewrite import Mapping, resolve, substitute
from s2sad.ir.trace import UNDEF, Atom, Block, Const, Function, If, Loop, Undefined, Value, While, Yield
from s2sad.optimize.dce import narrow_branch, narrow_loop
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Remove invariant merges in place."""
    mapping: Mapping = {}
    visible: set[Value] = set(function.values)
    _block(function.block, mapping, visible)
    substitute(function.block, mapping)


def _block(block: Block, mapping: Mapping, visible: set[Value]) -> None:
    """Inner operations first; `visible` holds what is defined around each of them."""
    added: list[Value] = [*block.params]
    visible.update(block.params)
    for op in block.ops:
        for inner in op.blocks():
            _block(inner, mapping, visible)
        if isinstance(op, If):
            _branch(op, mapping, visible)
        elif isinstance(op, Loop):
            _loop(op, mapping)
        visible.update(op.defined())
        added += op.defined()
    visible.difference_update(added)


def _branch(op: If, mapping: Mapping, visible: set[Value]) -> None:
    """Results for which every branch that reaches its end yields the same outer atom."""
    yields = [b.ops[-1].values for b in op.blocks() if isinstance(b.ops[-1], Yield)]
    kept: list[int] = []
    for k, result in enumerate(op.results):
        atoms = [resolve(values[k], mapping) for values in yields]
        if atoms and all(_same(a, atoms[0]) for a in atoms) and _outer(atoms[0], visible):
            mapping[result] = atoms[0]
        else:
            kept.append(k)
    if len(kept) < len(op.results):
        narrow_branch(op, kept)


def _loop(op: Loop, mapping: Mapping) -> None:
    """Carried values that every exit passes on unchanged."""
    leaves = [[resolve(a, mapping) for a in leave.operands()] for leave in loop_exits(op)]
    kept: list[int] = []
    for k, param in enumerate(op.carried):
        init = resolve(op.inits[k], mapping)
        if not isinstance(init, Undefined) and all(_same(atoms[k], param) or _same(atoms[k], init)
                                                   for atoms in leaves):
            mapping[param] = mapping[op.results[k]] = init
            if isinstance(op, While):
                mapping[op.cond.params[k]] = init
        else:
            kept.append(k)
    narrow_loop(op, kept)


def _same(a: Atom, b: Atom) -> bool:
    return a is b or (isinstance(a, Const) and isinstance(b, Const) and a == b)


def _outer(atom: Atom, visible: set[Value]) -> bool:
    return isinstance(atom, Const) or (atom is not UNDEF and atom in visible)
