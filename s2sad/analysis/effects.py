"""What calls do to their arguments: which parameters a function stores into, and which its result may be.

For every function of a program, by iteration to a fixed point (calls may be recursive)::

    def scale(A, x):            writes {0}, returns {}
        A[:] = A * x
    def tail(A):                writes {}, returns {0}
        return A[1:]
"""

from __future__ import annotations

from s2sad.analysis.aliases import is_reference
from s2sad.analysis.buffers import Buffers
from s2sad.analysis.references import Effect, Effects
from s2sad.ir.trace import Function, Program, Return, Value, walk
from s2sad.rules.row import Table

NOTHING = Effect()


def effects_of(program: Program, table: Table) -> Effects:
    """The effects of every function of a typed program."""
    known: Effects = dict.fromkeys(program.functions, NOTHING)
    changed = True
    while changed:
        changed = False
        for key, function in program.functions.items():
            found = _effect(function, table, known)
            if found != known[key]:
                known[key] = found
                changed = True
    return known


def _effect(function: Function, table: Table, known: Effects) -> Effect:
    """By the same facts by which the function's own derivative is made: caller and callee agree on what is written."""
    buffers = Buffers(function, table, known, check=False)
    aliases = buffers.aliases
    written = buffers.written_arguments()
    returned: set[Value] = set()
    for op in walk(function.block):
        if isinstance(op, Return):
            for atom in op.values:
                if isinstance(atom, Value) and is_reference(atom.type):
                    returned |= aliases.reach(atom)
    return Effect(frozenset(k for k, v in enumerate(function.values) if v in written),
                  frozenset(k for k, v in enumerate(function.values)
                            if is_reference(v.type) and aliases.reach(v) & returned))
