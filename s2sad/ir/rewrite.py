"""Copying traces, replacing operands, counting uses: what every pass needs.

A copy defines new values, so that it can stand beside its original; operands that the mapping does
not know (values defined outside what is copied) stay as they are::

    mapping = {x: z}
    clone_op(<w0 = math.sin(x)>, mapping)   ->  <w0' = math.sin(z)>, and mapping[w0] is w0'
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sad.ir.trace import Apply, Atom, Block, Call, For, Function, If, Op, Program, Terminator, Try, Value, While, walk

Mapping = dict[Value, Atom]


def mapped(atom: Atom, mapping: Mapping) -> Atom:
    """What stands for `atom` under `mapping` (one step; itself if it is not mapped)."""
    return mapping.get(atom, atom) if isinstance(atom, Value) else atom


def clone_value(value: Value, mapping: Mapping) -> Value:
    """A new value with the same name and type, recorded in `mapping`."""
    copy = Value(value.name, value.type)
    copy.inline = value.inline
    mapping[value] = copy
    return copy


def clone_function(function: Function) -> tuple[Function, dict[Value, Value]]:
    """A deep copy, and the new value of each old one."""
    mapping: Mapping = {}
    block = clone_block(function.block, mapping)
    copy = replace(function, params=[replace(p) for p in function.params], block=block)
    return copy, {old: new for old, new in mapping.items() if isinstance(new, Value)}


def clone_program(program: Program) -> Program:
    """A deep copy of every function."""
    return replace(program, functions={key: clone_function(f)[0] for key, f in program.functions.items()})


def clone_block(block: Block, mapping: Mapping) -> Block:
    """A deep copy of a block, with parameters of its own."""
    params = _clone_values(block.params, mapping)
    return Block(params, [clone_op(op, mapping) for op in block.ops])


def clone_ops(ops: list[Op], mapping: Mapping) -> list[Op]:
    """Copies of operations in order; later ones see the results of earlier ones."""
    return [clone_op(op, mapping) for op in ops]


def clone_op(op: Op, mapping: Mapping) -> Op:
    """A deep copy of one operation; its results are added to `mapping`."""
    operands = [mapped(a, mapping) for a in op.operands()]
    copy: Op
    if isinstance(op, Apply):
        copy = Apply(op.prim, operands, [], dict(op.attrs), loc=op.loc, origin=op.origin)
        copy.results = _clone_values(op.results, mapping)
    elif isinstance(op, Call):
        copy = Call(op.callee, operands, _clone_values(op.results, mapping), loc=op.loc, origin=op.origin)
    elif isinstance(op, If):
        then, orelse = clone_block(op.then, mapping), clone_block(op.orelse, mapping)
        copy = replace(op, cond=operands[0], then=then, orelse=orelse)
        if isinstance(copy, Try) and copy.final is not None:
            copy.final = clone_block(copy.final, mapping)
        copy.results = _clone_values(op.results, mapping)
    elif isinstance(op, For):
        start, stop, step, *inits = operands
        body = clone_block(op.body, mapping)
        copy = For(inits, body, _clone_values(op.results, mapping), start, stop, step, loc=op.loc, origin=op.origin)
    elif isinstance(op, While):
        cond, body = clone_block(op.cond, mapping), clone_block(op.body, mapping)
        copy = While(operands, body, _clone_values(op.results, mapping), cond, loc=op.loc, origin=op.origin)
    else:
        assert isinstance(op, Terminator), type(op).__name__
        copy = type(op)(operands, loc=op.loc, origin=op.origin)
    return copy


def _clone_values(values: list[Value], mapping: Mapping) -> list[Value]:
    return [clone_value(v, mapping) for v in values]


def resolve(atom: Atom, mapping: Mapping) -> Atom:
    """Follow a chain of replacements to its end."""
    while isinstance(atom, Value) and atom in mapping:
        atom = mapping[atom]
    return atom


def substitute_op(op: Op, mapping: Mapping) -> None:
    """Replace the operands of one operation, not of the blocks nested in it."""
    operands = op.operands()
    if any(isinstance(a, Value) and a in mapping for a in operands):
        op.set_operands([resolve(a, mapping) for a in operands])


def substitute(block: Block, mapping: Mapping) -> None:
    """Replace operands everywhere in a block and in the blocks nested in it, following chains."""
    if mapping:
        for op in walk(block):
            substitute_op(op, mapping)


def uses(block: Block) -> Counter[Value]:
    """How often each value is read in a block, nested blocks included."""
    return Counter(a for op in walk(block) for a in op.operands() if isinstance(a, Value))


def drop_unreached(program: Program) -> None:
    """Functions that the derivative does not call."""
    reached: set[str] = set()
    pending = [program.entry]
    while pending:
        key = pending.pop()
        if key not in reached:
            reached.add(key)
            pending += [op.callee for op in walk(program.functions[key].block) if isinstance(op, Call)]
    program.functions = {k: f for k, f in program.functions.items() if k in reached}
