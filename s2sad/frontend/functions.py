"""Functions as values: bound to names on several paths, chosen when the program runs, kept in containers.

A function that is not the same on every path becomes its name in the trace, and a call of it a branch::

    if c:                          if c:
        g = sin                        yield 'sin'
    else:                          else:
        g = cos                        yield 'cos'
    y = g(x)                       -> g
                                   w0 = eq(g, 'sin')
                                   if w0: y.1 = math.sin(x); yield y.1
                                   else: y.2 = math.cos(x); yield y.2

What the alternatives captured is merged beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.frontend.meanings import (
    Choice,
    Closure,
    DataClass,
    Display,
    FunctionSource,
    Instance,
    Meaning,
    Named,
    Partial,
    UserObject,
    Variable,
)
from s2sad.frontend.packing import Path, code_of, parts_of
from s2sad.frontend.tracer import Binding, Tracer
from s2sad.ir.trace import UNDEF, Atom, Block, Const, If, Undefined, Value

FUNCTIONS = (FunctionSource, Closure, Named, Partial, Choice, UserObject)
STRUCTURES = (*FUNCTIONS, DataClass, Display, Instance)


# What a name means that is a function on another path, and None on this one.
NOTHING = Named("None")
_DEEPEST = 24


class NotMergeable(Exception):
    """Bindings that cannot be one: a function and a number, lists of different lengths."""


class FunctionValues(Tracer):
    """Merges functions, and hands them over."""

    # ------------------------------------------------------------------ leaving this function

    def closed(self, binding: Binding, node: Any, memo: dict[int, Closure] | None = None) -> Binding:
        """A binding with what its closures capture here, as it is now."""
        memo = {} if memo is None else memo
        if not isinstance(binding, Meaning) or id(binding) in self.given:
            return binding
        if id(binding) in memo:
            return memo[id(binding)]
        if isinstance(binding, Closure):
            found = binding.cells
            if found is None:
                found = {n: binding.pinned[n] if n in binding.pinned else self.captured_value(n, node)
                         for n in binding.free}
            result = memo[id(binding)] = Closure(binding.source, (), {}, {})
            assert result.cells is not None
            result.cells.update((n, self.closed(b, node, memo)) for n, b in found.items())
            result.defaults.update((n, self.closed(b, node, memo)) for n, b in binding.defaults.items())
            return result
        return self.rebuilt(binding, lambda _, item: self.closed(item, node, memo))

    def rebuilt(self, binding: Meaning, change: Callable[[str, Binding], Binding]) -> Meaning:
        """A structure with each of its parts changed."""
        parts = {label: change(label, item) for label, item in parts_of(binding)}
        if isinstance(binding, Partial):
            args = tuple(parts[str(k)] for k in range(len(binding.args)))
            return Partial(parts["()"], args, {n: parts["=" + n] for n in binding.keywords})
        if isinstance(binding, Choice):
            return Choice(parts["?"], {k: parts[repr(k)] for k in binding.options})
        if isinstance(binding, Display):
            return Display(binding.kind, tuple(parts.values()), binding.keys)
        if isinstance(binding, Instance):
            return Instance(binding.cls, parts[""])
        if isinstance(binding, Closure):
            cells = None if binding.cells is None else {n: parts[n] for n in binding.cells}
            defaults = {n: parts["=" + n] for n in binding.defaults}
            return Closure(binding.source, binding.free, cells, defaults, binding.pinned)
        return binding

    def captured_value(self, name: str, node: Any) -> Binding:
        """What a captured variable means now."""
        binding = self.env.get(name)
        if binding is None or isinstance(binding, Undefined):
            self.unresolved(node, f"the variable {name!r}, which the function called reads, has no value yet",
                            f"assign {name!r} before the call")
        self.certain(binding, name, node)
        return self.value_of(binding, node) if isinstance(binding, Variable) else binding

    def follow(self, binding: Binding, path: Path) -> Binding:
        """The part of a binding of this function that has this path in its callee."""
        for label in path:
            if isinstance(binding, Closure) and binding.cells is None and not label.startswith("="):
                binding = self.env[label]
            else:
                binding = dict(parts_of(binding))[label]
        return binding

    # ------------------------------------------------------------------ merging

    def merged(self, test: Atom, then: Callable[[], Binding], orelse: Callable[[], Binding], node: Any,
               name: str | None = None) -> Binding:
        """An `If` that yields what one of two functions returns, be it a value or a function; names that a side
        binds merge."""
        op = If(test, Block(), Block())
        before, bindings, envs = self.env, [], []
        for block, branch in ((op.then, then), (op.orelse, orelse)):
            self.env = dict(before)
            with self.inside(block):
                bindings.append(branch())
            envs.append(self.env)
        self.env = dict(before)
        merge = Merge(self, [op.then, op.orelse], node)
        op.results = merge.results
        try:
            result = merge.merge(bindings, name)
            self._assigned(merge, envs, op)
        except NotMergeable:
            self.refuse(node, "this is a function on one path and a value, or another kind of function, on another",
                        "use `if`, and call the function in each branch")
        for block, values in zip((op.then, op.orelse), merge.rows):
            with self.inside(block):
                self.yield_(values, node)
        self.emit(op, node)
        return result

    def _assigned(self, merge: Merge, envs: list[dict[str, Binding]], op: If) -> None:
        """Merge the names that a side binds by ``:=``."""
        for name in [n for n in {**envs[0], **envs[1]} if envs[0].get(n) is not envs[1].get(n)]:
            sides = [env.get(name, UNDEF) for env in envs]
            self.env[name] = merged = merge.merge(sides, name)
            if isinstance(merged, Value):
                self.unset.note(merged, sides, op, len(op.results) - 1)

    def tag(self, function: Meaning) -> str:
        """What a function is called in the trace where it is one of several."""
        if isinstance(function, Partial):
            name = self.tag(function.function)
        elif isinstance(function, Closure):
            name = function.source.name
        else:
            name = function.key.rpartition(".")[2] if isinstance(function, Named) else getattr(function, "name", "f")
        return self.reader.tag(code_of(function), name)

    def among(self, tag: Atom, options: dict[Any, Binding], node: Any) -> Binding:
        """The binding among several whose key equals `tag`; displays are taken item by item."""
        options = {k: self.value_of(o, node) if isinstance(o, Variable) else o for k, o in options.items()}
        items = list(options.values())
        if items and all(isinstance(i, Display) for i in items) and len({code_of(i) for i in items}) == 1:
            first = items[0]
            assert isinstance(first, Display)
            columns = [{k: o.items[n] for k, o in options.items()} for n in range(len(first.items))]
            return Display(first.kind, tuple(self.among(tag, c, node) for c in columns), first.keys)
        if items and all(isinstance(i, FUNCTIONS) for i in items):
            return items[0] if len(items) == 1 else Choice(tag, {Const(k): o for k, o in options.items()})
        if any(isinstance(i, Meaning) for i in items) or list(options) != list(range(len(options))):
            self.refuse(node, "functions and values are mixed in what is chosen here", "use `if`")
        return self.present(self.apply("tuple", [*items], node), tag, node)


class Merge:
    """Makes one binding of those of several branches: `rows` are what each yields, `results` what that becomes."""

    def __init__(self, tracer: FunctionValues, blocks: Sequence[Block], node: Any) -> None:
        self.tracer = tracer
        self.blocks = blocks
        self.node = node
        self.rows: list[list[Atom]] = [[] for _ in blocks]
        self.results: list[Value] = []

    def merge(self, bindings: Sequence[Binding], name: str | None, depth: int = 0) -> Binding:
        """`bindings` has one for each branch; UNDEF where a part of a function is not on that branch."""
        if depth > _DEEPEST:
            raise NotMergeable  # functions that hold themselves
        present = [b for b in bindings if not isinstance(b, Undefined)]
        if any(isinstance(b, FUNCTIONS) for b in present) and any(b == Const(None) for b in present):
            bindings = [NOTHING if b == Const(None) else b for b in bindings]
            present = [b for b in bindings if not isinstance(b, Undefined)]
        first: Any = present[0] if present else UNDEF
        if not any(isinstance(b, Meaning) for b in present):
            return self.column(bindings, name)
        if not all(isinstance(b, STRUCTURES) for b in present):
            raise NotMergeable
        if id(first) in self.tracer.given and all(b is first for b in present):
            return first  # an argument, which its caller knows by itself
        if len({code_of(b) for b in present}) == 1 and len({_relative(b) for b in present}) == 1:
            if not parts_of(first):
                return first
            columns = {label: self.merge([_part(b, label) for b in bindings], _joined(name, label), depth + 1)
                       for label, _ in parts_of(first)}
            return self.tracer.rebuilt(first, lambda label, _: columns[label])
        if all(isinstance(b, FUNCTIONS) for b in present):
            return self.choice(bindings, name)
        raise NotMergeable

    def column(self, atoms: Sequence[Atom], name: str | None) -> Value:
        for row, atom in zip(self.rows, atoms):
            row.append(atom)
        result = Value(name)
        self.results.append(result)
        return result

    def choice(self, bindings: Sequence[Binding], name: str | None) -> Binding:
        """The functions of all branches, by their names; the parts of each are merged where it is present."""
        chosen = [self.named(b, block) for b, block in zip(bindings, self.blocks)]
        keys = list(dict.fromkeys(k for c in chosen if c is not None for k in c.options))
        tag = self.column([UNDEF if c is None else c.tag for c in chosen], name)
        options = {k: self.merge([UNDEF if c is None else c.options.get(k, UNDEF) for c in chosen],
                                 _joined(name, str(k.value))) for k in keys}
        return Choice(tag, options)

    def named(self, binding: Binding, block: Block) -> Choice | None:
        """A function as a choice among functions that goes by their names."""
        if isinstance(binding, Undefined):
            return None
        if not isinstance(binding, Choice):
            return Choice(Const(self.tracer.tag(binding)), {Const(self.tracer.tag(binding)): binding})
        tags = {k: Const(self.tracer.tag(o)) for k, o in binding.options.items()}
        if all(k == t for k, t in tags.items()):
            return binding
        if len(set(tags.values())) < len(tags):
            raise NotMergeable
        with self.tracer.inside(block):
            tag = self.spelt(binding.tag, list(tags.items()))
        return Choice(tag, {tags[k]: o for k, o in binding.options.items()})

    def spelt(self, tag: Atom, tags: list[tuple[Const, Const]]) -> Atom:
        """The name of a function for its key."""
        (key, name), *rest = tags
        if not rest:
            return name
        test = self.tracer.apply("eq", [tag, key], self.node)
        result: Atom = self.tracer.merged(test, lambda: name, lambda: self.spelt(tag, rest), self.node)
        return result


def _relative(binding: Binding) -> bool:
    """Whether a function sees the variables of the present function as they change."""
    return isinstance(binding, Closure) and binding.cells is None


def _part(binding: Binding, label: str) -> Binding:
    return UNDEF if isinstance(binding, Undefined) else dict(parts_of(binding))[label]


def _joined(name: str | None, label: str) -> str | None:
    word = "".join(c for c in label if c.isalnum() or c == "_")
    return f"{name}_{word}" if name and word else name

