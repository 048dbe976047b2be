"""A name that is None on one path and a tuple on another becomes the tuple's items and a flag.

Before::                                    After::

    for k in range(0, n, 1)                     for k in range(0, n, 1)
            carrying best = None:                       carrying best0, best1, best_set = False:
        w0 = is(best, None)                         w0 = not(best_set)
        if w0: ...                                  if w0: ...
        ...                                         ...
        best.1 = tuple(c, k)
        yield best.1                                yield c, k, True
    -> best.2                                   -> best0.1, best1.1, best_set.1
                                                if best_set.1: ... else: raise TypeError(...)
    w1 = getitem(best.2, 0)                     w1 = best0.1

Tests of None, truth values and patterns read the flag; where an item is read and nothing says that there is one, the
error of the primal is raised.  What is done with the tuple as a whole where it may be None stays as it is: forward mode
passes it on, reverse mode refuses it (`refuse_optional`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from s2sad.analysis.presence import Known, Presence, passes, read_of, test_of_none
from s2sad.errors import UnsupportedError
from s2sad.ir.rewrite import Mapping, substitute, uses
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Function,
    If,
    Loop,
    Op,
    Program,
    Raise,
    Return,
    Undefined,
    Value,
    While,
    Yield,
    merges,
    passed_on,
    walk,
)
from s2sad.ir.types import BOOL, NONE, TUPLE, UNKNOWN, ListType, TupleType, Type, join, may_carry_derivative
from s2sad.ir.unset import tested
from s2sad.transform.tuples import displayed, forward_items, split_tuples


def split_merges(program: Program) -> None:
    """Split every function's merges.  Where nothing asks whether what is left is None, as in derivatives that hand on
    what an inner call saved or nothing, None only stands for "not set"."""
    functions = program.functions.values()
    for function in functions:
        _split(function)
    if not any(map(_asks, functions)):
        for function in functions:
            for op in walk(function.block):
                for value in [*op.defined(), *(v for block in op.blocks() for v in block.params)]:
                    value.type = _set(value.type)
    for function in functions:
        split_tuples(function)


def _split(function: Function) -> None:
    """Every merge of tuples becomes one of items; of tuples in tuples that may be None, one layer after the other."""
    if any(_optional(v.type) for op in walk(function.block) for v in op.defined()):
        _forward(function)
        while _flagged(function):
            split_tuples(function)
            _forward(function)


def _asks(function: Function) -> bool:
    """Whether something that may be None or a tuple is asked which it is."""
    for op in walk(function.block):
        none = test_of_none(op)
        asked = [none[0]] if none is not None else op.operands() if isinstance(op, (If, While)) or (
            isinstance(op, Apply) and op.prim in ("not", "bool", "is_sequence")) else []
        if any(_optional(a.type) or (none is not None and a.type in (UNKNOWN, TUPLE)) for a in asked):
            return True
    return False


def _set(kind: Type) -> Type:
    """The type of what is not None."""
    if isinstance(kind, TupleType):
        return replace(kind, items=tuple(map(_set, kind.items)), optional=False)
    return replace(kind, item=_set(kind.item)) if isinstance(kind, ListType) else kind


def _forward(function: Function) -> None:
    """Items of tuples that are written out are read directly; then nothing may be left that needs the tuple."""
    forward_items(function)
    unused = True
    while unused:
        read = uses(function.block)
        unused = _drop(function.block, read)


def _drop(block: Block, read: Counter[Value]) -> bool:
    kept = [op for op in block.ops if not (isinstance(op, Apply) and op.prim == "tuple" and not read[op.result])]
    dropped = len(kept) < len(block.ops)
    block.ops = kept
    return any([dropped, *(_drop(inner, read) for op in kept for inner in op.blocks())])


def refuse_optional(function: Function, active: Callable[[Atom], bool]) -> None:
    """Reverse mode: what is None or a tuple, and not taken apart, has no adjoint."""
    for op in walk(function.block):
        for value in op.defined():
            held = value.type.item if isinstance(value.type, ListType) else value.type
            if _optional(held) and may_carry_derivative(held) and active(value):
                what = f"{value.name!r} is" if value.name else "this is"
                raise UnsupportedError(
                    f"{what} None or a tuple, and used as a whole where it may be None", loc=op.loc,
                    function=function.name, hint="test `is not None` first, or use a tuple and a flag of its own")


def _optional(kind: Type) -> bool:
    return isinstance(kind, TupleType) and kind.optional


def _flagged(function: Function) -> bool:
    """Give one layer of merges their flags; whether there were any."""
    groups = [targets for targets, _ in merges(function) if all(_optional(v.type) for v in targets)]
    unsure = tested(function)
    members = {v for targets in groups for v in targets if not unsure.intersection(targets)}
    if not members:
        return False
    presence = Presence(function)
    truths = _truths(function, members)
    whole = True
    while whole and members:
        used = _used_whole(function, presence, members, truths)
        whole = bool(used)
        for targets in groups:
            if used.intersection(targets):
                members -= set(targets)
    if members:
        _Flags(function, presence, members, truths).run()
    return bool(members)


def _truths(function: Function, members: set[Value]) -> set[Value]:
    """Results of ``r and r[0] > 1``: only their truth matters, where they are conditions only."""
    found: set[Value] = set()
    size = -1
    while size != len(found):
        size = len(found)
        known = members | found
        found |= {r for op in walk(function.block) if isinstance(op, If) for k, r in enumerate(op.results)
                  if r not in members and known.intersection(a for a in passed_on(op, k) if isinstance(a, Value))}
    size = -1
    while size != len(found):
        size = len(found)
        results = {b.ops[-1]: op.results for op in walk(function.block) if isinstance(op, If) for b in op.blocks()}
        conditions = {op.cond.ops[-1] for op in walk(function.block) if isinstance(op, While)}
        for op in walk(function.block):
            if isinstance(op, If) or op in conditions or (isinstance(op, Apply) and op.prim in ("not", "bool")):
                continue
            targets = results.get(op, [])
            for k, atom in enumerate(op.operands()):
                if isinstance(atom, Value) and not (k < len(targets) and targets[k] in found):
                    found.discard(atom)
    return found


def _used_whole(function: Function, presence: Presence, members: set[Value], truths: set[Value]) -> set[Value]:
    """The members that are passed on as they are where they may be None."""
    conditions = {op.cond.ops[-1] for op in walk(function.block) if isinstance(op, While)}
    found: set[Value] = set()
    for op in walk(function.block):
        merged = dict(passes(op, presence.into))
        for k, atom in enumerate(op.operands()):
            if not isinstance(atom, Value) or atom not in members or atom in presence.known[op]:
                continue
            if k in merged:
                fits = merged[k] in members or merged[k] in truths
            else:
                fits = isinstance(op, If) or op in conditions or read_of(op) is atom or test_of_none(op) is not None \
                    or (isinstance(op, Apply) and op.prim in ("not", "bool", "is_sequence"))
            if not fits:
                found.add(atom)
    return found


class _Flags:
    """Rebuilds a function with a flag beside each of the `members`."""

    def __init__(self, function: Function, presence: Presence, members: set[Value], truths: set[Value]) -> None:
        self.function, self.presence, self.members, self.truths = function, presence, members, truths
        self.displays = displayed(function) - tested(function)
        self.flags = {v: Value(f"{v.name}_set" if v.name else None, BOOL) for v in members}
        self.mapping: Mapping = {}

    def run(self) -> None:
        self._block(self.function.block)
        for value in self.members:
            assert isinstance(value.type, TupleType)
            value.type = replace(value.type, optional=False)
        substitute(self.function.block, self.mapping)

    def _flag(self, value: Value, known: Known) -> Atom:
        return Const(True) if value in known else self.flags[value]

    def _truth(self, value: Value, known: Known) -> Atom:
        assert isinstance(value.type, TupleType)
        return self._flag(value, known) if value.type.items else Const(False)

    def _block(self, block: Block) -> None:
        ops: list[Op] = []
        for op in block.ops:
            known = self.presence.known[op]
            self._pass_on(op, known, ops)
            if isinstance(op, Apply) and self._applied(op, known, ops):
                continue
            if isinstance(op, (Call, Return)):
                op.set_operands([self._display(a, ops, op) if a in self.members else a for a in op.operands()])
            if isinstance(op, If) and isinstance(op.cond, Value) and op.cond in self.members:
                op.cond = self._truth(op.cond, known)
            for inner in op.blocks():
                self._block(inner)
            if isinstance(op, While):
                end = op.cond.terminator
                end.values = [self._truth(a, self.presence.known[end]) if isinstance(a, Value) and a in self.members
                              else a for a in end.values]
            ops.append(op)
            if isinstance(op, (If, Loop)):
                self._define(op)
        block.ops = ops

    def _define(self, op: If | Loop) -> None:
        """The flags are defined where the tuples are."""
        for k, result in enumerate(op.results):
            if result in self.truths and isinstance(op, If):
                result.type = join(*[a.type for a in passed_on(op, k)][:2])
        for values in (op.results, *((op.body.params,) if isinstance(op, Loop) else ()),
                       *((op.cond.params,) if isinstance(op, While) else ())):
            values += [self.flags[v] for v in values if v in self.members]

    # ------------------------------------------------------------------ what flows into merges

    def _pass_on(self, op: Op, known: Known, before: list[Op]) -> None:
        operands = op.operands()
        flags: list[Atom] = []
        for k, target in passes(op, self.presence.into):
            atom = operands[k]
            if target in self.members:
                operands[k], flag = self._present(atom, known, before, op)
                flags.append(flag)
            elif isinstance(atom, Value) and atom in self.members:
                operands[k] = self._truth(atom, known) if target in self.truths else self._display(atom, before, op)
        if flags and isinstance(op, Loop):
            first = len(operands) - len(op.inits)
            op.inits = [*operands[first:], *flags]
        elif passes(op, self.presence.into):
            op.set_operands([*operands, *flags])

    def _present(self, atom: Atom, known: Known, before: list[Op], op: Op) -> tuple[Atom, Atom]:
        """An operand as a tuple that can be taken apart, and its flag."""
        if isinstance(atom, Undefined) or atom.type == NONE:
            return UNDEF, Const(False)
        if isinstance(atom, Value) and atom in self.members:
            return atom, self._flag(atom, known)
        if isinstance(atom, Const) or not _optional(atom.type) or atom in known:
            return self._display(atom, before, op), Const(True)
        return self._asked(atom, before, op)

    def _display(self, atom: Atom, before: list[Op], op: Op) -> Atom:
        kind = atom.type
        if not isinstance(kind, TupleType) or (atom in self.displays and atom not in self.members):
            return atom
        items: list[Atom] = []
        for k, t in enumerate(kind.items):
            if isinstance(atom, Const):
                items.append(Const(atom.value[k]))  # type: ignore[index]
                continue
            item = Value(None, t)
            before.append(Apply("getitem", [atom, Const(k)], [item], loc=op.loc))
            items.append(item)
        display = Apply("tuple", items, [Value(None, replace(kind, optional=False))], loc=op.loc)
        before.append(display)
        return display.result

    def _asked(self, value: Value, before: list[Op], op: Op) -> tuple[Atom, Atom]:
        """Of what a call or a list gives, the program must ask when it runs."""
        test = Apply("is_not", [value, Const(None)], [Value(None, BOOL)], loc=op.loc)
        inside: list[Op] = []
        display = self._display(value, inside, op)
        result = Value(None, display.type)
        branch = If(test.result, Block([], [*inside, Yield([display])]), Block([], [Yield([UNDEF])]), [result],
                    loc=op.loc)
        before += [test, branch]
        return result, test.result

    # ------------------------------------------------------------------ uses

    def _applied(self, op: Apply, known: Known, before: list[Op]) -> bool:
        """Rewrite what reads a member; whether the operation is replaced."""
        none = test_of_none(op)
        value = none[0] if none is not None else op.args[0] if op.args else None
        reads = none is not None or op.prim in ("is_sequence", "not", "bool") or read_of(op) is value
        if not isinstance(value, Value) or value not in self.members or not reads:
            op.args = [self._display(a, before, op) if a in self.members else a for a in op.args]
            return False
        flag = self._flag(value, known)
        if none is not None:
            return self._tested(op, flag, none[1])
        if op.prim == "is_sequence":
            return self._tested(op, flag, False)
        if op.prim in ("not", "bool"):
            return self._tested(op, self._truth(value, known), op.prim == "not")
        if value not in known:
            before.append(_guard(flag, op))
        if op.prim == "len":
            self.mapping[op.result] = Const(len(value.type.items))  # type: ignore[attr-defined]
        elif not isinstance(op.args[1], Const):
            op.args = [self._display(value, before, op), *op.args[1:]]
        return op.prim == "len"

    def _tested(self, op: Apply, flag: Atom, negative: bool) -> bool:
        if isinstance(flag, Const):
            self.mapping[op.result] = Const(flag.value is not negative)
        elif negative:
            op.prim, op.args, op.result.type = "not", [flag], BOOL
            return False
        else:
            self.mapping[op.result] = flag
        return True


def _guard(flag: Atom, op: Apply) -> If:
    """The error of reading an item of None."""
    error = Value()
    raising: list[Op] = [Apply("exception", [Const(_message(op))], [error], {"name": "TypeError", "called": True},
                               loc=op.loc), Raise([error], loc=op.loc)]
    return If(flag, Block([], [Yield([])]), Block([], raising), loc=op.loc)


def _message(op: Apply) -> str:
    """Python's words, which depend on how it is written."""
    text = op.loc.text if op.loc is not None else ""
    if op.prim == "len" and "len(" in text:
        return "object of type 'NoneType' has no len()"
    if op.prim == "len" and text.startswith("for "):
        return "'NoneType' object is not iterable"
    return "'NoneType' object is not subscriptable" if "[" in text else "cannot unpack non-iterable NoneType object"
