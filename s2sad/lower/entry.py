"""Lengths that types say are equal are compared where the arguments come in: behind that, loops rely on it.

Before::                                    After::

    function f_vjp(x: float64[n],               function f_vjp(x: float64[n], y_bar: float64[n])
                   y_bar: float64[n])               helper.require_same(y_bar.shape[0], x.shape[0])

What a signature says of lengths (``float64[n, 3]``) is compared, too.  The length of a seed may follow from what the
function computes: then its elements are looked up with a test (`boundscheck`), and it is compared with the value's at
the end.
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Return, Value, walk
from s2sad.ir.types import Dim, Num
from s2sad.rules.row import Table
from s2sad.rules.type_shapes import Trimmed


def run(function: Function, table: Table) -> None:
    """Put the comparisons into a function, in place."""
    builder = Builder(Block(), table.infer, table.signature)
    builder.origin = "guard"
    known: dict[Dim, tuple[Value, int]] = {}
    open_lengths: list[Value] = []
    # A length that is part of another one comes behind that.
    axes = [(value, axis, dim) for value in function.values if isinstance(value.type, Num)
            for axis, dim in enumerate(value.type.shape or ())]
    for value, axis, dim in sorted(axes, key=lambda entry: isinstance(entry[2], Trimmed)):
        if isinstance(dim, int):
            builder.effect("helper.require_same", _length(builder, value, axis), dim)
        elif isinstance(dim, Trimmed) and dim.base in known:
            whole = _length(builder, *known[dim.base])
            builder.effect("helper.require_same", _length(builder, value, axis),
                           builder.apply("max", builder.apply("sub", whole, dim.less), 0))
        elif isinstance(dim, Dim) and dim in known:
            builder.effect("helper.require_same", _length(builder, value, axis), _length(builder, *known[dim]))
        elif isinstance(dim, Dim):
            known[dim] = (value, axis)
            if not dim.name.isidentifier():
                open_lengths.append(value)
    function.block.ops[:0] = builder.block.ops
    _seed(function, table, open_lengths)


def _length(builder: Builder, value: Value, axis: int) -> Value:
    return builder.apply("getitem", builder.apply("shape", value), axis)


def _seed(function: Function, table: Table, open_lengths: list[Value]) -> None:
    """Seeds whose lengths nobody has told: elements with a test, and the shape of the value at the end."""
    seeds = [v for v in function.values if (v.name or "").endswith("_bar") and isinstance(v.type, Num) and v.type.shape]
    end = function.block.ops[-1]
    value = _value(function, end)
    if not seeds or value is None or len(seeds) != 1:
        return
    (seed,) = seeds
    kind = value.type
    assert isinstance(seed.type, Num) and seed.type.shape is not None
    if not isinstance(kind, Num) or kind.shape is None or len(kind.shape) != len(seed.type.shape):
        return
    if seed in open_lengths or None in seed.type.shape:
        for op in walk(function.block):
            if isinstance(op, Apply):
                op.attrs.pop("inside", None)
    builder = Builder(Block(), table.infer, table.signature)
    builder.origin = "guard"
    for axis in range(len(kind.shape)):
        if seed in open_lengths or seed.type.shape[axis] is None:
            builder.effect("helper.require_same", _length(builder, seed, axis), _length(builder, value, axis))
    function.block.ops[-1:-1] = builder.block.ops


def _value(function: Function, end: Op) -> Value | None:
    """The primal's value in the pair that is returned."""
    result: Atom = end.operands()[0] if isinstance(end, Return) and end.operands() else Const(None)
    made = next((op for op in function.block.ops if isinstance(op, Apply) and result in op.results), None)
    first = made.args[0] if made is not None and made.prim == "tuple" and made.args else None
    return first if isinstance(first, Value) else None
