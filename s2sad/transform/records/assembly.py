"""Containers put together where they leave a function that was differentiated: its parameters, seeds and results.

Before::                                   After::

    function f_grad(k, m, x)                   function f_grad(p, x)
        …                                          k = attribute(p)  {name: k}
        w0 = tuple(k_bar, m_bar)                   …
        return w0                                  w0 = helper.like(p, k_bar, m_bar)
                                                   return w0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.rewrite import uses
from s2sad.ir.trace import Apply, Atom, Const, Function, Op, Parameter, Return, Value, walk
from s2sad.ir.types import may_carry_derivative
from s2sad.rules.row import Table
from s2sad.transform.records.boundary import Layout
from s2sad.transform.records.model import EACH, Template, count
from s2sad.transform.records.trees import Tree, has_objects, shape_of, tree_of, type_of, ways


def put_together(derived: Function, layout: Layout, mode: str, wrt: tuple[str, ...], single: bool,
                 table: Table) -> Function:
    """The derivative with the containers that the user's function has."""
    plain = {tree.name for tree in layout.trees if tree.kind == "leaf"}
    for name in derived.written if mode in ("vjp", "jvp") else ():
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
        names = {parameter.name for parameter in self.params}
        written = tuple(name for name in self.function.written if name in names)
        return replace(self.function, params=self.params, written=written)

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
        whole = Value(value.name, type_of(self.layout.result))
        self.values.append(whole)
        tree = tree_of(self.layout.result)
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
        if self.mode == "jvp":
            second = self.tangent(first, second, made)
        if self.layout.result is not None:
            first = self.contained(first, made)
        if self.mode != "jvp":
            second = self.gradients(second, made)
        else:
            second = self.contained(second, made)
        return self.emit("tuple", [first, second], made)

    def tangent(self, value: Atom, dot: Atom, made: list[Apply]) -> Atom:
        """The tangent of a flat result, with None for what has no derivative."""
        assert self.layout.result is not None
        n = count(self.layout.result)
        pairs = zip(self.items(value, n, made), self.items(dot, n, made))
        return self.emit("tuple", [d if may_carry_derivative(v.type) else Const(None) for v, d in pairs], made)

    def items(self, value: Atom, count: int, made: list[Apply]) -> list[Atom]:
        """The items of a tuple, of its display where there is one."""
        for op in [*made, *walk(self.function.block)]:
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
        tree = tree_of(wanted)
        flat = self.items(value, len(list(tree.leaves())), made)
        return self.filled(wanted, iter(flat), made)

    def filled(self, wanted: Template, flat: Iterator[Atom], made: list[Apply]) -> Atom:
        if wanted.kind == "list":
            (item,) = wanted.items
            assert item is not None
            columns = [next(flat) for _ in range(count(item))]
            tree = shape_of(tree_of(item))
            if wanted.source or not has_objects(tree):
                like = self.found(wanted.source, made) if wanted.source else columns[0]
                return self.emit("rows", [like, *columns], made, tree=tree)
            like = self.found(_list_of_items(item), made)  # each made like an item of that list: of its length
            return self.emit("rows", [like, *columns], made, tree=tree, strict=True)
        parts = [next(flat) if inner is None else self.filled(inner, flat, made) for inner in wanted.items]
        if wanted.kind == "tuple":
            return self.emit("tuple", parts, made)
        if wanted.kind == "dict":
            return self.emit("dict", [a for key, p in zip(wanted.keys, parts) for a in (Const(key), p)], made)
        if wanted.cls is not None:
            if wanted.cls.fields != wanted.keys:
                raise NotDifferentiableError(f"{self.function.name!r} returns a {wanted.name} with other fields than "
                                             "its class has", function=self.function.name,
                                             hint="return its fields in a tuple or a dict")
            return self.emit("construct", parts, made, **{"class": wanted.cls})
        prim = "namedtuple.replace" if wanted.kind == "namedtuple" else "helper.like"
        return self.emit(prim, [self.found(wanted.source, made), *parts], made, names=wanted.keys)

    def found(self, source: tuple[object, ...], made: list[Apply]) -> Atom:
        """A container inside a parameter."""
        if not source or EACH in source:
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


def _list_of_items(item: Template) -> tuple[object, ...]:
    """Where the list is of which such an object is an item, with what it holds."""
    def below(inner: Template, way: tuple[object, ...]) -> bool:
        return inner.source == way and all(part is None or not part.source or below(part, (*way, key))
                                           for key, part in zip(inner.keys, inner.items))

    whole = item.source[:-1]
    return whole if item.source[-1:] == (EACH,) and EACH not in whole and below(item, item.source) else ()


def _needed(head: list[Apply], counts: object) -> list[Apply]:
    """The reads of which something is used."""
    kept: list[Apply] = []
    wanted: set[Value] = set(counts)  # type: ignore[call-overload]
    for op in reversed(head):
        if op.result in wanted:
            kept.append(op)
            wanted.update(a for a in op.args if isinstance(a, Value))
    return kept[::-1]
