"""Types before meaning: what every value is, and what type-dependent operations therefore do.

::

    function f(x: float, n: int)                 function f(x: float, n: int)
        for i in range(0, n, 1) carrying s = 0:      for i in range(0, n, 1) carrying s = 0:
            s.1 = inplace(s, x, op='add')                s.1 = add(s, x)         s.1: float
            yield s.1                                    yield s.1
        -> s.2                                       -> s.2                      s.2: float

Types flow forward; branches and loops join; a callee's parameters join over its call sites, and recursion
is a fixpoint.  `infer_from_use` beforehand finds what the use of an unannotated parameter tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from s2sad.analysis.inplace import resolve_operations
from s2sad.analysis.signature import parse_type
from s2sad.analysis.storing import extension, lower_stores
from s2sad.analysis.use import infer_from_use
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    For,
    Function,
    If,
    Loop,
    Op,
    Program,
    Return,
    Undefined,
    Value,
    While,
    loop_ends,
    passed_on,
)
from s2sad.ir.types import INT, NONE, SLICE, TUPLE, UNKNOWN, Atomic, ListType, Num, TupleType, Type, join
from s2sad.rules.lists import items_type
from s2sad.rules.row import Table

__all__ = ["infer_from_use", "infer_types"]

# No value reaches here (yet): the identity of joins.
BOTTOM = Atomic("no value")
_ROUNDS = 12
# Stores that tell what is in a list, or void what was known of its length.
SHRINKING = frozenset({"pop", "pop_at", "delitem"})
# Of None they are errors, so they add nothing as long as an operand is no more than that.
_OF_NONE = frozenset({"getitem", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg"})
LIST_STORES = frozenset({"append", "insert", "setitem"}) | SHRINKING
DerivativeType = Callable[[Apply], Type]


def infer_types(program: Program, table: Table, param_types: dict[str, Type] | None = None) -> None:
    """Set the type of every value in place, then resolve the operations whose meaning depends on types.

    `param_types` gives types of the entry's parameters by name; they override annotations.  In a function
    that nothing calls only the annotations are known, and its operations stay unresolved.
    """
    reached = Inference(program, table).run(param_types or {})
    for key in reached:
        lower_stores(program.functions[key], table)
        resolve_operations(program.functions[key], table)


def join_types(a: Type, b: Type) -> Type:
    """`join`, in which no value and an empty list add nothing."""
    if a == BOTTOM:
        return b
    if b == BOTTOM:
        return a
    if isinstance(a, ListType) and isinstance(b, ListType) and a != b:
        for empty, other in ((a, b), (b, a)):
            if empty.length == 0:
                return ListType(other.item, None)
        return ListType(join_types(a.item, b.item), a.length if a.length == b.length else None)
    if isinstance(a, TupleType) and isinstance(b, TupleType) and len(a.items) == len(b.items):
        return TupleType(tuple(map(join_types, a.items, b.items)), optional=a.optional or b.optional)
    return join(a, b)


def refine(given: Type, declared: Type) -> Type:
    """What is known at a call, completed by the annotation."""
    if given in (UNKNOWN, BOTTOM):
        return declared if declared != UNKNOWN else given
    if given == TUPLE and isinstance(declared, TupleType):
        return declared
    if isinstance(given, TupleType) and isinstance(declared, TupleType) and len(given.items) == len(declared.items):
        return replace(given, items=tuple(refine(g, d) for g, d in zip(given.items, declared.items)))
    if isinstance(given, Num) and isinstance(declared, Num):
        shape = given.shape if given.shape is not None else declared.shape
        return Num(given.kind or declared.kind, given.dtype or declared.dtype, shape,
                   ndarray=shape is None and (given.ndarray or declared.ndarray))
    return given


class Inference:
    """The fixpoint over a program; `derivative` tells the type of an operation ``derivative``, by its operands'."""

    def __init__(self, program: Program, table: Table, derivative: DerivativeType | None = None) -> None:
        self.program = program
        self.table = table
        self.derivative = derivative
        self.declared = {key: [v.type for v in f.values] for key, f in program.functions.items()}
        self.returns = {key: parse_type(f.returns) if f.returns else UNKNOWN for key, f in program.functions.items()}
        self.params: dict[str, list[Type]] = {}
        self.results: dict[str, Type] = dict.fromkeys(program.functions, BOTTOM)
        # The items that stores put into a list, by list value.
        self.items: dict[Value, Type] = {}
        self.changed = True
        self.widen = False
        self.current = program.entry

    def run(self, param_types: dict[str, Type]) -> list[str]:
        """Type all functions; the keys of those that the entry reaches."""
        main = self.program.main
        self.params[main.key] = [param_types.get(v.name or "", v.type) for v in main.values]
        reached = self.iterate()
        unreached = [f for key, f in self.program.functions.items() if key not in reached]
        for function in unreached:
            self.params.setdefault(function.key, self.declared[function.key])
        if unreached:
            self.iterate()
        for function in self.program.functions.values():
            _settle(function.block)
        return reached

    def iterate(self) -> list[str]:
        """Until nothing changes; slow recursions lose what they know."""
        self.changed = True
        for count in range(3 * _ROUNDS):
            if not self.changed:
                break
            self.changed = False
            self.widen = count >= _ROUNDS
            for key in list(self.params):
                self.function(self.program.functions[key])
        return list(self.params)

    def function(self, function: Function) -> None:
        self.current = function.key
        for value, given, declared in zip(function.values, self.params[function.key], self.declared[function.key]):
            value.type = self.stored(value, refine(given, declared))
        self.block(function.block)

    def update(self, key: str, result: Type) -> None:
        joined = join_types(self.results[key], result)
        joined = _shallow(joined)
        if joined != self.results[key]:
            self.results[key] = UNKNOWN if self.widen else joined
            self.changed = True

    def stored(self, value: Value, inferred: Type) -> Type:
        """A list's type together with what is stored into it."""
        if value in self.items and isinstance(inferred, ListType):
            return join_types(ListType(self.items[value], None), inferred)
        return inferred

    def define(self, values: Sequence[Value], types: Iterable[Type]) -> None:
        for value, inferred in zip(values, types):
            value.type = self.stored(value, inferred)

    def block(self, block: Block) -> None:
        for op in block.ops:
            self.op(op)

    def op(self, op: Op) -> None:
        if isinstance(op, Apply):
            self.apply(op)
        elif isinstance(op, Call):
            self.call(op)
        elif isinstance(op, If):
            self.block(op.then)
            self.block(op.orelse)
            self.define(op.results, [_join_all(passed_on(op, k)) for k in range(len(op.results))])
        elif isinstance(op, Loop):
            self.loop(op)
        elif isinstance(op, Return):
            self.update(self.current, _type(op.values[0]))

    def apply(self, op: Apply) -> None:
        types = [_type(a) for a in op.args]
        nothing = NONE in (types[:1] if op.prim == "getitem" else types) and op.prim in _OF_NONE
        if nothing or (BOTTOM in types and op.prim not in ("tuple", "list")):
            self.define(op.results, [BOTTOM] * len(op.results))
            return
        self.define(op.results, self.infer(op))
        stores = op.prim in LIST_STORES or extension(op) is not None
        if stores and isinstance(op.args[0], Value) and isinstance(types[0], ListType):
            self.store(op, op.args[0], types)

    def store(self, op: Apply, target: Value, types: list[Type]) -> None:
        """What a store into a list tells of its items, and of its length."""
        before = types[0]
        assert isinstance(before, ListType)
        stored = types[-1]
        if op.prim == "setitem" and not _is_int(types[1]):
            if types[1] != SLICE:
                return
            stored = items_type(stored).item
        elif (change := extension(op)) is not None:
            stored = items_type(stored).item if change == "add" else BOTTOM
        elif op.prim in SHRINKING:
            stored = BOTTOM
        item = stored if before.length == 0 else join_types(before.item, stored)
        known = join_types(self.items.get(target, BOTTOM), UNKNOWN if self.widen else item)
        if known != self.items.get(target):
            self.items[target] = known
            self.changed = True
        kept = op.prim == "setitem" and types[1] != SLICE
        target.type = ListType(known, before.length if kept else None)

    def infer(self, op: Apply) -> list[Type]:
        if op.prim not in self.table:
            return [UNKNOWN] * len(op.results)
        if op.prim == "tuple":
            return [TupleType(tuple(map(_type, op.args)))]
        if op.prim == "derivative" and self.derivative is not None:
            return [self.derivative(op)]
        if op.prim == "inplace":
            x = op.args[0].type
            if isinstance(x, Num) and x.is_stored:
                return [x]
            return self.table.infer(op.attrs["op"], op.args, {})
        return self.table.infer(op.prim, op.args, op.attrs)

    def call(self, op: Call) -> None:
        callee = self.program.functions.get(op.callee)
        if callee is None:
            self.define(op.results, [UNKNOWN] * len(op.results))
            return
        given = [_type(a) for a in op.args]
        before = self.params.get(op.callee, [BOTTOM] * len(given))
        after = [_shallow(join_types(a, b)) for a, b in zip(before, given)]
        if after != before or op.callee not in self.params:
            self.params[op.callee] = [UNKNOWN if self.widen and a != b else a for a, b in zip(after, before)]
            self.changed = True
        result, declared = self.results[op.callee], self.returns[op.callee]
        self.define(op.results, [refine(result, declared) if result != BOTTOM else result])

    def loop(self, op: Loop) -> None:
        if isinstance(op, For):
            op.index.type = INT
        carried = [_type(a) for a in op.inits]
        for count in range(_ROUNDS):
            self.define(op.carried, carried)
            if isinstance(op, While):
                self.define(op.cond.params, carried)
                self.block(op.cond)
            self.block(op.body)
            ends = [end.operands() for end in loop_ends(op) if not isinstance(end, Break)]
            # A carried list grows in place: what is stored into it is part of its type.
            after = [_join_all(atoms, join_types(old, param.type)) for old, param, atoms in
                     zip(carried, op.carried, zip(*ends) if ends else [()] * len(carried))]
            if after == carried:
                break
            slow = count >= _ROUNDS // 2
            carried = [UNKNOWN if slow and a != b else a for a, b in zip(after, carried)]
        breaks = [end.operands() for end in loop_ends(op) if isinstance(end, Break)]
        leaving = [_join_all((atoms[k] for atoms in breaks), known) for k, known in enumerate(carried)]
        self.define(op.results, leaving)


def _shallow(t: Type, depth: int = 3) -> Type:
    """The type with tuples within tuples forgotten at some depth: recursion may nest them without end."""
    if not isinstance(t, TupleType):
        return t
    return TUPLE if depth == 0 else replace(t, items=tuple(_shallow(item, depth - 1) for item in t.items))


def _type(atom: Atom) -> Type:
    return BOTTOM if isinstance(atom, Undefined) else atom.type


def _join_all(atoms: Iterable[Atom], start: Type = BOTTOM) -> Type:
    for atom in atoms:
        start = join_types(start, _type(atom))
    return start


def _is_int(t: Type) -> bool:
    return isinstance(t, Num) and t.kind in ("int", "bool") and t.is_scalar


def _settle(block: Block) -> None:
    """What no value reaches is unknown to the rest of the compiler."""
    for value in block.params:
        value.type = _known(value.type)
    for op in block.ops:
        for value in op.defined():
            value.type = _known(value.type)
        for inner in op.blocks():
            _settle(inner)


def _known(t: Type) -> Type:
    if t == BOTTOM:
        return UNKNOWN
    if isinstance(t, ListType):
        return ListType(_known(t.item), t.length)
    if isinstance(t, TupleType):
        return replace(t, items=tuple(map(_known, t.items)))
    return t
