"""A stack of small arrays of known size becomes as many stacks of numbers.

Before::                                After::

    d_saved = list()                        d_saved = list()
    …                                       d_saved.1 = list()
        append(d_saved, d)                  …
    …                                           append(d_saved, d[0])
        d = pop(d_saved)                        append(d_saved.1, d[1])
                                            …
                                                d = np.array([pop(d_saved), pop(d_saved.1)])

The pass `stacks` makes arrays of them, and `arrays` makes numbers of `d`.
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Value, walk
from s2sad.ir.types import ListType, Num
from s2sad.lower.arrays import ELEMENTWISE, places, small
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Split the stacks of a function, in place."""
    users: dict[Value, list[Op]] = {}
    for op in walk(function.block):
        for atom in op.operands():
            if isinstance(atom, Value):
                users.setdefault(atom, []).append(op)
    split: dict[Value, list[Value]] = {}
    for op in walk(function.block):
        if isinstance(op, Apply) and op.prim == "list" and not op.args and op.origin == "saving":
            stack = op.result
            kind = stack.type.item if isinstance(stack.type, ListType) else None
            uses = users.get(stack, [])
            plain = all(isinstance(u, Apply) and u.prim in ("append", "pop") and u.args[0] is stack for u in uses)
            if plain and isinstance(kind, Num) and kind.kind == "float" and kind.shape and len(kind.shape) == 1 \
                    and small(kind.shape) and not any(_changes(v, users) for v in _held(uses)):
                split[stack] = [Value(stack.name, ListType(Num("float", "float64", ()))) for _ in places(kind.shape)]
    if split:
        _rewrite(function.block, split, table)


def _held(uses: list[Op]) -> list[Value]:
    """What a stack holds, as it goes in and as it comes out."""
    found: list[Value] = []
    for use in uses:
        if isinstance(use, Apply):
            found += [use.result] if use.prim == "pop" else [a for a in use.args[1:] if isinstance(a, Value)]
    return found


def _changes(value: Value, users: dict[Value, list[Op]]) -> bool:
    """Whether an array may be stored into, or gets another name under which it may be."""
    return not all(isinstance(u, Apply) and (u.prim == "append" or (u.prim in ELEMENTWISE and u.results)
                                             or u.prim in ("np.sum", "np.dot", "np.copy", "shape", "np.shape")
                                             or (u.prim in ("setitem", "accumulate_at", "iadd") and u.args[-1] is value
                                                 and u.args[0] is not value))
                   for u in users.get(value, ()))


def _rewrite(block: Block, split: dict[Value, list[Value]], table: Table) -> None:
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _rewrite(inner, split, table)
        builder = Builder(Block(), table.infer, table.signature)
        builder.loc, builder.origin = op.loc, "saving"
        if isinstance(op, Apply) and op.prim == "list" and op.results[0] in split:
            for part in split[op.result]:
                builder.append(Apply("list", [], [part]))
        elif isinstance(op, Apply) and op.prim == "append" and op.args[0] in split:
            for k, part in enumerate(split[op.args[0]]):  # type: ignore[index]
                item = builder.apply("getitem", op.args[1], Const(k))
                builder.effect("append", part, item)
        elif isinstance(op, Apply) and op.prim == "pop" and op.args[0] in split:
            items: list[Atom] = [builder.apply("pop", part) for part in split[op.args[0]]]  # type: ignore[index]
            display = builder.apply("list", *items)
            builder.append(Apply("np.array", [display, Const(None), Const(True)], op.results))
        else:
            builder.block.ops.append(op)
        ops += builder.block.ops
    block.ops = ops
