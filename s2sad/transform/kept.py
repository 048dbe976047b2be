"""One of the two results of a derivative is all that is kept, where nothing else is asked for.

Before::                           After::

    y_dot = mul(x_dot, w0)             y_dot = mul(x_dot, w0)
    w1 = tuple(y, y_dot)               return y_dot
    return w1

What only the other one needed is dead code from then on.
"""

from __future__ import annotations

from s2sad.errors import NotDifferentiableError
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Return, Value
from s2sad.ir.types import UNKNOWN, TupleType


def keep_part(function: Function, part: int | None) -> None:
    """Return only that item of the pair that is returned, wherever the function is left; None keeps both."""
    if part is not None:
        _keep(function.block, part)


def _keep(block: Block, part: int) -> None:
    for op in block.ops:
        for inner in op.blocks():
            _keep(inner, part)
    end = block.ops[-1]
    if isinstance(end, Return) and isinstance(end.values[0], Value):
        end.values = [_item(block, end.values[0], part)]


def _item(block: Block, pair: Value, part: int) -> Atom:
    for op in block.ops:
        if isinstance(op, Apply) and op.prim == "tuple" and pair in op.results:
            return op.args[part]
    kind = pair.type.items[part] if isinstance(pair.type, TupleType) else UNKNOWN
    item = Value(None, kind)
    block.ops.insert(-1, Apply("getitem", [pair, Const(part)], [item], origin="adjoint"))
    return item


def check_results(derived: Function) -> None:
    """What an operator gives is the derivative of the value alone: what is stored into arguments would be left out."""
    if derived.written:
        raise NotDifferentiableError(f"{', '.join(derived.written)}: stored into, and only the value is differentiated",
                                     function=derived.name, hint="use jvp or vjp, or work on a copy and return it")
