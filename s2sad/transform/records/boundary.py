"""Containers where they enter and leave a function: taken apart before it is differentiated, put together after.

Before::                                   Between::                         After::

    function f(p: Model(k=…, m=…), x)      function f(k, m, x)               function f_grad(p, x)
        w0 = attribute(p)  {name: k}           y = mul(k, x)                     k = attribute(p)  {name: k}
        y = mul(w0, x)                         …                                 …
        …                                      return (k_bar, m_bar)             r = like(p, k_bar, m_bar)
                                                                                 return r
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from keyword import iskeyword

from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.rewrite import clone_program, uses
from s2sad.ir.trace import Apply, Atom, Call, Const, For, Function, Op, Parameter, Program, Return, Value, walk
from s2sad.ir.types import ListType, RecordType, TupleType, Type, may_carry_derivative
from s2sad.rules.row import Table
from s2sad.transform.records.model import Binding, Record, State, Template, count
from s2sad.transform.records.promote import Promotion, is_record_operation, uses_records


@dataclass
class Tree:
    """A parameter or result: its `leaf` (a parameter's value, or a position in a flat tuple), or its items by key."""

    type: Type
    kind: str
    keys: tuple[object, ...] = ()
    items: list[Tree] = field(default_factory=list)
    leaf: Value | None = None
    name: str = ""

    def leaves(self) -> Iterator[Tree]:
        if self.kind == "leaf":
            yield self
        for item in self.items:
            yield from item.leaves()

    def like(self) -> bool:
        """Whether an object in here is needed to make one like it."""
        return self.kind in ("object", "namedtuple") or any(item.like() for item in self.items)


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


def has_record(kind: Type) -> bool:
    """Whether a type is, or holds, something that the transforms do not know."""
    if isinstance(kind, TupleType):
        return any(map(has_record, kind.items))
    return isinstance(kind, RecordType) or (isinstance(kind, ListType) and (splits(kind.item) or has_record(kind.item)))


def splits(item: Type) -> bool:
    """Whether a list of these is taken apart into a list for each leaf."""
    return isinstance(item, (RecordType, TupleType))


def has_columns(kind: Type) -> bool:
    if isinstance(kind, (TupleType, RecordType)):
        return any(map(has_columns, kind.items))
    return isinstance(kind, ListType) and (splits(kind.item) or has_columns(kind.item))


def take_apart(program: Program, table: Table) -> Layout | None:
    """Make containers with known keys vanish from a program, in place; None where it has none at its ends."""
    main = program.main
    kinds = [v.type for v in main.values]
    needed = any(map(has_record, kinds)) or any(
        is_record_operation(op) for f in program.functions.values() for op in walk(f.block))
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
        record = Record(tree.kind, name, None, entering=True, source=() if "each" in path else path)
        state[record] = {key: self.binding(item, state, parameter, (*path, "each" if tree.kind == "list" else key))
                         for key, item in zip(tree.keys, tree.items)}
        return record


# ---------------------------------------------------------------------- after differentiation


def put_together(derived: Function, layout: Layout, mode: str, wrt: tuple[str, ...], single: bool,
                 table: Table) -> Function:
    """The derivative with the containers that the user's function has."""
    plain = {tree.name for tree in layout.trees if tree.kind == "leaf"}
    for name in derived.written:
        if layout.result is not None or name not in plain:
            where = f"the argument {name!r}" if name in plain else f"the array {name!r} in an argument"
            raise UnsupportedError(f"{where} is stored into, which {mode} does not support here",
                                   function=derived.name, hint=f"work on a copy: {name} = {name}.copy()")
    return _Exit(derived, layout, mode, wrt, single, table).run()


class _Exit:
    def __init__(self, derived: Function, layout: Layout, mode: str, wrt: tuple[str, ...], single: bool,
                 table: Table) -> None:
        self.function, self.layout, self.mode, self.wrt, self.single, self.table = (
            derived, layout, mode, wrt, single, table)
        self.head: list[Apply] = []
        self.counts = uses(derived.block)
        self.params: list[Parameter] = []
        self.values: list[Value] = []
        self.originals: dict[str, Value] = {}

    def run(self) -> Function:
        flat = list(zip(self.function.params, self.function.values))
        sizes = [len(list(t.leaves())) for t in self.layout.trees]
        own, extras = flat[:sum(sizes)], flat[sum(sizes):]
        for tree, parameter, n in zip(self.layout.trees, self.layout.params, sizes):
            part, own = own[:n], own[n:]
            self.enter(tree, parameter, part)
        if self.mode == "jvp":
            self.tangents(extras)
        elif extras:
            self.seed(*extras[0])
        block = self.function.block
        self.ends(block.ops)
        block.params = self.values
        counts = uses(block)
        block.ops = [*_needed(self.head, counts), *block.ops]
        return replace(self.function, params=self.params)

    # ------------------------------------------------------------------ parameters

    def enter(self, tree: Tree, parameter: Parameter, flat: list[tuple[Parameter, Value]]) -> None:
        if tree.kind == "leaf":
            self.params.append(flat[0][0])
            self.values.append(flat[0][1])
            self.originals[parameter.name] = flat[0][1]
            return
        whole = Value(parameter.name, tree.type)
        self.params.append(replace(parameter))
        self.values.append(whole)
        self.originals[parameter.name] = whole
        self.read(tree, whole, [v for _, v in flat])

    def read(self, tree: Tree, whole: Value, flat: list[Value]) -> None:
        """Read the leaves of a container at the head of the function."""
        if tree.kind == "list":
            for leaf, way, value in zip(tree.items[0].leaves(), ways(tree.items[0]), flat):
                self.head.append(Apply("column", [whole], [Value(value.name, leaf.type)], {"way": way}))
                self.head[-1].results = [value]
            return
        for key, item in zip(tree.keys, tree.items):
            n = len(list(item.leaves()))
            part, flat = flat[:n], flat[n:]
            value = part[0] if item.kind == "leaf" else Value(None, item.type)
            if tree.kind in ("dict", "tuple"):
                self.head.append(Apply("getitem", [whole, Const(key)], [value]))
            else:
                self.head.append(Apply("attribute", [whole], [value], {"name": key}))
            if item.kind != "leaf":
                self.read(item, value, part)

    def tangents(self, extras: list[tuple[Parameter, Value]]) -> None:
        keyword_only = any(p.keyword_only for p, _ in extras) or any(p.default is not None for p in self.params)
        taken = {p.name for p in self.params}
        for name in self.wrt:
            tree = self.layout.tree(name)
            if tree.kind == "leaf":
                (parameter, value), extras = extras[0], extras[1:]
                self.params.append(parameter)
                self.values.append(value)
                continue
            flat: list[Value] = []
            for leaf in tree.leaves():
                if self.layout.active(name, leaf):
                    flat.append(extras[0][1])
                    extras = extras[1:]
                else:
                    flat.append(Value(None))  # never read
            label = f"{name}_dot"
            while label in taken:
                label += "_"
            whole = Value(label, tree.type)
            self.params.append(Parameter(label, keyword_only=keyword_only))
            self.values.append(whole)
            self.read(tree, whole, flat)

    def seed(self, parameter: Parameter, value: Value) -> None:
        self.params.append(parameter)
        if self.layout.result is None:
            self.values.append(value)
            return
        whole = Value(value.name, _type_of(self.layout.result))
        self.values.append(whole)
        tree = _tree_of(self.layout.result)
        count = len(list(tree.leaves()))
        items = [Value(None) for _ in range(count)]
        self.read(tree, whole, items)
        self.head.append(Apply("tuple", list(items), [value]))

    # ------------------------------------------------------------------ results

    def ends(self, ops: list[Op]) -> None:
        position = 0
        while position < len(ops):
            op = ops[position]
            if isinstance(op, Return) and isinstance(op.values[0], (Value, Const)):
                made: list[Apply] = []
                op.values = [self.result(op.values[0], made)]
                ops[position:position] = made
                position += len(made)
            for block in op.blocks():
                self.ends(block.ops)
            position += 1

    def result(self, value: Atom, made: list[Apply]) -> Atom:
        if self.mode == "grad":
            return self.gradients(value, made)
        if self.mode == "jvp" and self.layout.result is None:
            return value
        first, second = self.items(value, 2, made)
        if self.layout.result is not None:
            first = self.contained(first, made)
        if self.mode != "jvp":
            second = self.gradients(second, made)
        else:
            second = self.contained(second, made)
        return self.emit("tuple", [first, second], made)

    def items(self, value: Atom, count: int, made: list[Apply]) -> list[Atom]:
        """The items of a tuple, of its display where there is one."""
        for op in walk(self.function.block):
            if isinstance(op, Apply) and op.prim == "tuple" and value in op.results:
                return list(op.args)
        return [self.emit("getitem", [value, Const(k)], made) for k in range(count)]

    def emit(self, prim: str, args: list[Atom], made: list[Apply], **attrs: object) -> Value:
        types = self.table.infer(prim, args, attrs)
        op = Apply(prim, args, [Value(None, types[0])], dict(attrs), origin="adjoint")
        made.append(op)
        return op.result

    def gradients(self, value: Atom, made: list[Apply]) -> Atom:
        leaves = self.layout.flat_wrt(self.wrt)
        bars = dict(zip(leaves, self.items(value, len(leaves), made)))
        found = [self.gradient(self.layout.tree(name), bars, self.originals[name], made) for name in self.wrt]
        return found[0] if self.single else self.emit("tuple", found, made)

    def gradient(self, tree: Tree, bars: dict[str, Atom], original: Atom, made: list[Apply]) -> Atom:
        """The gradient in its container; None stands where there is no derivative."""
        if tree.kind == "leaf":
            return bars.get(tree.name, Const(None))
        if tree.kind == "list":
            columns = [bars.get(leaf.name, Const(None)) for leaf in tree.leaves()]
            return self.emit("rows", [original, *columns], made, tree=shape_of(tree.items[0]))
        parts: list[Atom] = []
        for key, item in zip(tree.keys, tree.items):
            inner: Atom = original
            if item.like():
                inner = self.emit("getitem", [original, Const(key)], made) if tree.kind in ("dict", "tuple") else \
                    self.emit("attribute", [original], made, name=key)
            parts.append(self.gradient(item, bars, inner, made))
        return self.built(tree, parts, original, made)

    def built(self, tree: Tree, parts: list[Atom], original: Atom, made: list[Apply]) -> Atom:
        if tree.kind == "tuple":
            return self.emit("tuple", parts, made)
        if tree.kind == "dict":
            return self.emit("dict", [a for key, p in zip(tree.keys, parts) for a in (Const(key), p)], made)
        prim = "namedtuple.replace" if tree.kind == "namedtuple" else "helper.like"
        return self.emit(prim, [original, *parts], made, names=tree.keys)

    def contained(self, value: Atom, made: list[Apply]) -> Atom:
        """A flat tuple of leaves as the container that the function returns."""
        wanted = self.layout.result
        assert wanted is not None
        tree = _tree_of(wanted)
        flat = self.items(value, len(list(tree.leaves())), made)
        return self.filled(wanted, iter(flat), made)

    def filled(self, wanted: Template, flat: Iterator[Atom], made: list[Apply]) -> Atom:
        if wanted.kind == "list":
            (item,) = wanted.items
            assert item is not None
            columns = [next(flat) for _ in range(count(item))]
            tree = shape_of(_tree_of(item))
            like = columns[0] if not wanted.source and not _objects(tree) else self.found(wanted.source, made)
            return self.emit("rows", [like, *columns], made, tree=tree)
        parts = [next(flat) if inner is None else self.filled(inner, flat, made) for inner in wanted.items]
        if wanted.kind == "tuple":
            return self.emit("tuple", parts, made)
        if wanted.kind == "dict":
            return self.emit("dict", [a for key, p in zip(wanted.keys, parts) for a in (Const(key), p)], made)
        if wanted.cls is not None:
            return self.emit("construct", parts, made, **{"class": wanted.cls})
        prim = "namedtuple.replace" if wanted.kind == "namedtuple" else "helper.like"
        return self.emit(prim, [self.found(wanted.source, made), *parts], made, names=wanted.keys)

    def found(self, source: tuple[object, ...], made: list[Apply]) -> Atom:
        """A container inside a parameter."""
        if not source:
            raise NotDifferentiableError(f"{self.function.name!r} returns an object out of a list that it was given",
                                         function=self.function.name, hint="build a new one, or return its fields")
        whole: Atom = self.originals[str(source[0])]
        tree = self.layout.tree(str(source[0]))
        for key in source[1:]:
            if tree.kind in ("dict", "tuple"):
                whole = self.emit("getitem", [whole, Const(key)], made)
            else:
                whole = self.emit("attribute", [whole], made, name=key)
            tree = tree.items[tree.keys.index(key)]
        return whole


def ways(tree: Tree) -> list[tuple[tuple[str, object], ...]]:
    """How each leaf is reached from the container: a subscript or an attribute at each step."""
    if tree.kind == "leaf":
        return [()]
    step = "item" if tree.kind in ("dict", "tuple") else "attribute"
    return [((step, key), *way) for key, item in zip(tree.keys, tree.items) for way in ways(item)]


def shape_of(tree: Tree) -> tuple[object, ...]:
    """The structure of a tree, for `rows`: its kind, its keys and those of what it holds."""
    return (tree.kind, tree.keys, tuple(map(shape_of, tree.items)))


def _objects(shape: tuple[object, ...]) -> bool:
    kind, _, items = shape
    return kind in ("object", "namedtuple") or any(map(_objects, items))  # type: ignore[call-overload]


def _tree_of(wanted: Template) -> Tree:
    items = [Tree(Type(), "leaf") if inner is None else _tree_of(inner) for inner in wanted.items]
    return Tree(Type(), wanted.kind, wanted.keys, items)


def _type_of(wanted: Template) -> Type:
    items = tuple(Type() if inner is None else _type_of(inner) for inner in wanted.items)
    return TupleType(items) if wanted.kind == "tuple" else RecordType(wanted.kind, wanted.name, wanted.keys, items)


def _needed(head: list[Apply], counts: object) -> list[Apply]:
    """The reads of which something is used."""
    kept: list[Apply] = []
    wanted: set[Value] = set(counts)  # type: ignore[call-overload]
    for op in reversed(head):
        if op.result in wanted:
            kept.append(op)
            wanted.update(a for a in op.args if isinstance(a, Value))
    return kept[::-1]

