"""A shape is asked of what is there anyway, and not of a result that nothing else needs.

Before::                                After::

    w1 = pow(w0, 2)                         n = np.size(w0)
    n = np.size(w1)

An elementwise result has the shape of its operand where the other operands are numbers.
"""

from __future__ import annotations

from s2sad.analysis.buffers import SHAPE_READS
from s2sad.ir.trace import Apply, Atom, Function, Value, walk
from s2sad.ir.types import Num
from s2sad.rules.row import Table

# What reads the dtype, too, needs the very value.
_DTYPE_READS = ("dtype", "np.zeros_like", "np.ones_like", "np.empty_like", "helper.zeros_like", "helper.shadow_like",
                "helper.unbroadcast")


def run(function: Function, table: Table) -> None:
    """Redirect shape reads in derivative code, in place."""
    made = {op.result: op for op in walk(function.block) if isinstance(op, Apply) and len(op.results) == 1}
    for op in walk(function.block):
        if isinstance(op, Apply) and op.origin != "primal" and op.prim not in _DTYPE_READS:
            for k in SHAPE_READS.get(op.prim, ()):
                op.args[k] = _source(op.args[k], made, table)


def _source(atom: Atom, made: dict[Value, Apply], table: Table) -> Atom:
    """The first value of the chain of elementwise operations that ends in `atom`."""
    while isinstance(atom, Value) and atom in made and atom.name is None:
        op = made[atom]
        arrays = [a for a in op.args if not (isinstance(a.type, Num) and a.type.is_scalar)]
        if table[op.prim].kind != "elementwise" or not arrays or any(a is not arrays[0] for a in arrays):
            break
        atom = arrays[0]
    return atom
