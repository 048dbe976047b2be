"""What the back end prints and no pass computes with: names of functions and temporaries, annotations of results.

Names follow the text and not the order of the passes, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from s2sad.backend.notation import Notation
from s2sad.ir.trace import Apply, Atom, Function, Program, Value, walk
from s2sad.ir.types import TUPLE, ListType, Num, RecordType, TupleType, Type, may_carry_derivative
from s2sad.rules import TABLE
from s2sad.rules.row import Table


def name_temporaries(function: Function, table: Table = TABLE) -> None:
    """``w0, w1, …`` for every nameless number, as in the textbooks' evaluation traces.

    Each operation then is a line of the trace, and that is what its adjoint's comment shows."""
    taken = {v.name for op in walk(function.block) for v in op.defined()} | {v.name for v in function.values}
    number = 0
    for op in walk(function.block):
        for value in op.defined():
            if value.name is None and may_carry_derivative(value.type):
                while f"w{number}" in taken:
                    number += 1
                value.name = f"w{number}"
                number += 1
    notation = Notation(function, table.signature)
    for op in walk(function.block):
        if isinstance(op, Apply) and op.origin == "primal" and op.loc and len(op.results) == 1 and op.result.name:
            op.loc = replace(op.loc, text=f"{op.result.name} = {notation.expression(op)}")


def name_functions(program: Program) -> None:
    """Functions that are called alike get numbers: derivatives for several types, helpers of several modules."""
    taken = {program.main.name}
    for key, function in program.functions.items():
        if key != program.entry:
            name = numbered(function.name, taken)
            taken.add(name)
            program.functions[key] = replace(function, name=name)


def unused_name(program: Program, name: str) -> str:
    """A name for one more function."""
    return numbered(name, {f.name for f in program.functions.values()})


def numbered(name: str, taken: Collection[str]) -> str:
    """The name, or the first of ``name2, name3, …`` that is free."""
    number, found = 2, name
    while found in taken:
        number, found = number + 1, f"{name}{number}"
    return found


def annotated(function: Function) -> Function:
    """A function of ours with the types of its parameters written down, so that it can be read again."""
    params = [replace(p, annotation=annotation_text(v.type)) for p, v in zip(function.params, function.values)]
    return replace(function, params=params, returns=result_annotation(function))


def result_annotation(function: Function) -> str | None:
    """The annotation of what a derivative returns, where its type has a plain one."""
    value = function.block.ops[-1].operands()[0]
    made = {v: op for op in function.block.ops if isinstance(op, Apply) for v in op.results}

    def text(atom: Atom) -> str | None:
        op = made.get(atom) if isinstance(atom, Value) else None
        if op is not None and op.prim == "tuple":
            items = [text(a) for a in op.args]
            return None if None in items else f"tuple[{', '.join(map(str, items)) or '()'}]"
        return annotation_text(atom.type)

    return text(value)


def annotation_text(kind: Type, depth: int = 2) -> str | None:
    """A type as an annotation, where Python has a plain one for it; tuples within tuples stay short."""
    if isinstance(kind, Num) and kind.is_scalar and kind.dtype is None:
        return kind.kind
    if isinstance(kind, Num) and kind.is_array:
        return "np.ndarray"
    if isinstance(kind, TupleType):
        if depth == 0:
            return "tuple"
        items = [annotation_text(item, depth - 1) for item in kind.items]
        return f"tuple[{', '.join(item or 'object' for item in items) or '()'}]"
    if isinstance(kind, RecordType):
        return "dict" if kind.kind == "dict" else None
    return "tuple" if kind == TUPLE else "list" if isinstance(kind, ListType) else None
