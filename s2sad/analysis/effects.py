"""What calls do: which parameters a function stores into, which its result may be, and whose errors are handled.

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
from s2sad.ir.trace import Call, Function, Program, Return, Try, Value, walk
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


def handled_of(program: Program) -> set[str]:
    """The functions that are called, maybe by way of others, where a `try` handles errors."""
    calls = {key: {op.callee for op in walk(function.block) if isinstance(op, Call)}
             for key, function in program.functions.items()}
    work = [inner.callee for function in program.functions.values() for op in walk(function.block)
            if isinstance(op, Try) for inner in walk(op.then) if isinstance(inner, Call)]
    found: set[str] = set()
    while work:
        key = work.pop()
        if key not in found:
            found.add(key)
            work += calls[key]
    return found
