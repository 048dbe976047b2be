"""Containers taken apart where they enter a function, before it is differentiated; `assembly` is the way back.

Before::                                       After::

    function f(p: Model(k=float, m=float), x)      function f(k, m, x)
        w0 = attribute(p)  {name: k}                   y = mul(k, x)
        y = mul(w0, x)                                 ...
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from keyword import iskeyword

from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Apply, Atom, Call, For, Function, Parameter, Program, Value, walk
from s2sad.ir.types import ListType, RecordType, TupleType, Type, may_carry_derivative
from s2sad.rules.row import Table
from s2sad.transform.records.model import EACH, Binding, Record, State, Template
from s2sad.transform.records.promote import Promotion, is_record_operation, uses_records
from s2sad.transform.records.trees import Tree, has_columns, has_record, reads_record, splits


@dataclass
class Layout:
    """How the entry of a program was before its containers were taken apart."""

    params: list[Parameter]
    values: list[Value]
    trees: list[Tree]
    result: Template | None

    def flat_wrt(self, wrt: tuple[str, ...]) -> tuple[str, ...]:
        """The leaves to differentiate with respect to."""
        return tuple(leaf.name for name in wrt for leaf in self.tree(name).leaves() if self.active(name, leaf))

    def tree(self, name: str) -> Tree:
        return self.trees[[p.name for p in self.params].index(name)]

    def active(self, name: str, leaf: Tree) -> bool:
        return self.tree(name).kind == "leaf" or carries(leaf.type)


def carries(kind: Type) -> bool:
    """Whether a leaf has a derivative: real numbers and arrays of them do, whole numbers and texts do not."""
    return may_carry_derivative(kind)


def take_apart(program: Program, table: Table) -> Layout | None:
    """Make containers with known keys vanish from a program, in place; None where it has none at its ends."""
    main = program.main
    kinds = [v.type for v in main.values]
    needed = any(map(has_record, kinds)) or any(
        is_record_operation(op) or reads_record(op) for f in program.functions.values() for op in walk(f.block))
    if not needed and not iterates_tuple(main) and not lists_tuples(program):
        _strip(program)
        return None
    if needed:
        return _apart(program, table, kinds)
    whole = clone_program(program)
    try:
        return _apart(program, table, kinds)
    except UnsupportedError:
        # Lists of tuples have adjoints as they are; apart they only read better.
        program.functions = whole.functions
        _strip(program)
        return None


def _apart(program: Program, table: Table, kinds: list[Type]) -> Layout | None:
    main = program.main
    entrance = _Entrance(main)
    trees = [entrance.tree(kind, (p.name,)) for kind, p in zip(kinds, main.params)]
    walker = Promotion(program, main, table)
    bindings = [entrance.binding(tree, walker.state, p, (p.name,)) for tree, p in zip(trees, main.params)]
    layout = Layout(main.params, main.values, trees, None)
    block = walker.run(entrance.values, bindings)
    layout.result = walker.result
    flat = replace(main, params=entrance.params, block=block)
    if walker.result is not None:
        flat.returns = None
    program.functions[main.key] = flat
    _others(program, table)
    return layout if layout.result is not None or any(t.kind != "leaf" for t in trees) else None


def iterates_tuple(function: Function) -> bool:
    """Whether an item of a tuple is chosen by an index that a loop may know."""
    tuples = {v for v in function.values if isinstance(v.type, TupleType)}
    indices: set[Atom] = set()
    for op in walk(function.block):
        if isinstance(op, Apply) and op.prim == "tuple":
            tuples.add(op.result)
        elif isinstance(op, For):
            indices.add(op.index)
        elif isinstance(op, Apply) and op.prim == "getitem" and op.args[0] in tuples and op.args[1] in indices:
            return True
    return False


def lists_tuples(program: Program) -> bool:
    """Whether a tuple is put into a list."""
    for function in program.functions.values():
        tuples = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim == "tuple"}
        for op in walk(function.block):
            if isinstance(op, Apply) and op.prim in ("append", "list") and tuples.intersection(op.args):
                return True
    return False


def _strip(program: Program) -> None:
    """Forget how attributes were spelt."""
    for function in program.functions.values():
        for op in walk(function.block):
            if isinstance(op, Apply):
                for hidden in ("_field", "_iterates", "_hint"):
                    op.attrs.pop(hidden, None)


def _others(program: Program, table: Table) -> None:
    """The functions that are still called."""
    reached: set[str] = set()
    pending = [program.entry]
    while pending:
        key = pending.pop()
        if key in reached:
            continue
        reached.add(key)
        function = program.functions[key]
        if key != program.entry and uses_records(program, key):
            walker = Promotion(program, function, table)
            values = [Value(v.name, v.type) for v in function.values]
            program.functions[key] = replace(function, block=walker.run(values, list(values)))
        pending += [op.callee for op in walk(program.functions[key].block) if isinstance(op, Call)]
    program.functions = {k: f for k, f in program.functions.items() if k in reached}
    _strip(program)


class _Entrance:
    """Names the leaves of the parameters."""

    def __init__(self, main: Function) -> None:
        self.main = main
        self.params: list[Parameter] = []
        self.values: list[Value] = []
        self.taken = {p.name for p in main.params}

    def tree(self, kind: Type, path: tuple[object, ...]) -> Tree:
        if isinstance(kind, ListType) and splits(kind.item):
            if has_columns(kind.item):
                raise NotDifferentiableError(f"{path[0]!r} holds lists of containers in a list of containers",
                                             function=self.main.name, hint="use dicts or tuples for one of them")
            item = self.tree(kind.item, path)
            for leaf in item.leaves():
                leaf.type = ListType(leaf.type)
            return Tree(kind, "list", (0,), [item])
        if isinstance(kind, RecordType):
            inner = [self.tree(t, (*path, k)) for k, t in zip(kind.keys, kind.items)]
            return Tree(kind, kind.kind, kind.keys, inner)
        if isinstance(kind, TupleType):
            inner = [self.tree(t, (*path, k)) for k, t in enumerate(kind.items)]
            return Tree(kind, "tuple", tuple(range(len(inner))), inner)
        return Tree(kind, "leaf", name=str(path[0]) if len(path) == 1 else self.unique(path))

    def unique(self, path: tuple[object, ...]) -> str:
        """A leaf is called as its field where nothing else is, else as the way to it."""
        words = ["".join(c if c.isalnum() else "_" for c in str(key)) for key in path]
        candidates = ["_".join(words[k:]) for k in range(len(words) - 1, -1, -1)]
        candidates += [f"{candidates[-1]}_{n}" for n in range(2, 1000)]
        name = next(c for c in candidates if c.isidentifier() and c not in self.taken and not iskeyword(c)
                    and not c.startswith("_"))
        self.taken.add(name)
        return name

    def binding(self, tree: Tree, state: State, parameter: Parameter, path: tuple[object, ...]) -> Binding:
        if tree.kind == "leaf":
            top = tree.name == parameter.name
            value = Value(tree.name, tree.type)
            tree.leaf = value
            self.values.append(value)
            self.params.append(replace(parameter) if top else Parameter(tree.name))
            return value
        kind = tree.type
        name = kind.name if isinstance(kind, RecordType) else "tuple"
        if tree.kind == "list":
            name = "list"
        record = Record(tree.kind, name, None, entering=True, source=path)
        state[record] = {key: self.binding(item, state, parameter, (*path, EACH if tree.kind == "list" else key))
                         for key, item in zip(tree.keys, tree.items)}
        return record


