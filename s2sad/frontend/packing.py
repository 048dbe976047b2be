"""Functions and what they capture, taken apart to cross a call, and put together on the other side.

A function cannot be an operand, but what it captures can.  ``solve(lambda t: t * a, x)`` calls a
specialisation of `solve` for that lambda, with `a` as one more operand::

    pack("fun", the lambda)    Shape("closure", ..., a: Shape("leaf", "fun.a")), and the operand for the leaf fun.a
    unpack(shape, {"fun.a": v})    the lambda, with v for its `a`

Shapes are equal for equal functions, so they tell specialisations apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from s2sad.frontend.meanings import Choice, Closure, Display, FunctionSource, Instance, Meaning, Named, Partial
from s2sad.ir.trace import Atom, Value

Binding = Any
Path = tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What is known of a binding before the program runs.

    `kind` is ``leaf`` (an operand, whose name is the key), ``static``, ``closure``, ``partial``, ``choice``,
    ``display``, ``up`` (an enclosing closure, so many levels up) or ``passed`` (part of an argument)."""

    kind: str
    key: Hashable
    parts: tuple[tuple[str, Shape], ...] = ()
    what: Any = field(default=None, compare=False)


class TooDeep(Exception):
    """Functions that hold functions without end."""


_DEEPEST = 24


def parts_of(binding: Meaning) -> list[tuple[str, Binding]]:
    """The bindings inside one, by label."""
    if isinstance(binding, Closure):
        cells = sorted((binding.cells or {}).items(), key=lambda c: (isinstance(c[1], Meaning), c[0]))
        return [*cells, *(("=" + n, d) for n, d in binding.defaults.items())]
    if isinstance(binding, Partial):
        args = [(str(k), a) for k, a in enumerate(binding.args)]
        return [("()", binding.function), *args, *(("=" + n, a) for n, a in binding.keywords.items())]
    if isinstance(binding, Choice):
        return [("?", binding.tag), *((repr(k), o) for k, o in binding.options.items())]
    if isinstance(binding, Display):
        return [(str(k), item) for k, item in enumerate(binding.items)]
    if isinstance(binding, Instance):
        return [("", binding.value)]
    return []


def part(binding: Binding, path: Path) -> Binding:
    """The binding at the end of a path of labels."""
    for label in path:
        binding = dict(parts_of(binding))[label]
    return binding


def code_of(binding: Meaning) -> Hashable:
    """Equal for functions that differ in what they captured alone."""
    if isinstance(binding, Closure):
        return ("closure", binding.source.identity, tuple(binding.defaults))
    if isinstance(binding, FunctionSource):
        return ("source", binding.identity)
    if isinstance(binding, Named):
        return ("named", binding.key)
    if isinstance(binding, Partial):
        return ("partial", len(binding.args), tuple(binding.keywords), code_of(binding.function))
    if isinstance(binding, Display):
        return (binding.kind, len(binding.items), binding.keys)
    if isinstance(binding, Choice):
        return ("choice", tuple(binding.options))
    if isinstance(binding, Instance):
        return ("instance", id(binding.cls))
    return ("object", id(binding))


class Packing:
    """Takes bindings apart; `names` and `atoms` are the leaves met so far.

    `given` finds the argument that a binding came with, for what a function returns."""

    def __init__(self, given: Callable[[Binding], tuple[str, Path] | None] | None = None, shared: bool = True) -> None:
        self.names: list[str] = []
        self.atoms: list[Atom] = []
        self.given = given
        self.shared = shared
        self._known: dict[Value, str] = {}

    def pack(self, path: str, binding: Binding, above: tuple[Closure, ...] = ()) -> Shape:
        if not isinstance(binding, Meaning):
            return Shape("leaf", self._leaf(path, binding))
        if self.given is not None and (place := self.given(binding)) is not None:
            return Shape("passed", place)
        if len(above) > _DEEPEST:
            raise TooDeep
        if isinstance(binding, Closure):
            if binding in above:
                return Shape("up", len(above) - 1 - above.index(binding))
            above = (*above, binding)
        inner = tuple((label, self.pack(".".join(filter(None, [path, _word(label)])), item, above))
                      for label, item in parts_of(binding))
        if isinstance(binding, (Closure, Partial, Choice, Display, Instance)):
            kind = type(binding).__name__.lower()
            return Shape(kind, code_of(binding), inner, binding)
        return Shape("static", code_of(binding), (), binding)

    def _leaf(self, path: str, atom: Atom) -> str:
        if self.shared and isinstance(atom, Value):
            if atom not in self._known:
                self._known[atom] = self._added(path, atom)
            return self._known[atom]
        return self._added(path, atom)

    def _added(self, path: str, atom: Atom) -> str:
        number, name = 2, path
        while name in self.names:
            name, number = f"{path}_{number}", number + 1
        self.names.append(name)
        self.atoms.append(atom)
        return name


def _word(label: str) -> str:
    """A label as part of a variable's name."""
    if label.startswith("="):
        return f"default.{label[1:]}"
    return {"?": "which", "()": "function"}.get(label) or "".join(c for c in label if c.isalnum() or c == "_")


class Unpacking:
    """Puts shapes together; `leaf` gives the operand of a name, and `met` is told of each binding that was made."""

    def __init__(self, leaf: Callable[[str], Atom], met: Callable[[Binding, Path], None] | None = None,
                 passed: Callable[[str, Path], Binding] | None = None) -> None:
        self.leaf = leaf
        self.met = met
        self.passed = passed

    def unpack(self, shape: Shape, above: tuple[Closure, ...] = (), path: Path = ()) -> Binding:
        key: Any = shape.key
        if shape.kind == "leaf":
            return self.leaf(key)
        if shape.kind == "static":
            return shape.what
        if shape.kind == "up":
            return above[len(above) - 1 - key]
        if shape.kind == "passed":
            assert self.passed is not None
            return self.passed(*key)
        made = self._made(shape, above, path)
        if self.met is not None:
            self.met(made, path)
        return made

    def _made(self, shape: Shape, above: tuple[Closure, ...], path: Path) -> Meaning:
        if shape.kind == "closure":
            closure = Closure(shape.what.source, (), {}, {})
            for label, inner in shape.parts:
                item = self.unpack(inner, (*above, closure), (*path, label))
                assert closure.cells is not None
                (closure.defaults if label.startswith("=") else closure.cells)[label.lstrip("=")] = item
            return closure
        items = [self.unpack(inner, above, (*path, label)) for label, inner in shape.parts]
        labels = [label for label, _ in shape.parts]
        if shape.kind == "partial":
            count = len(shape.what.args)
            keywords = {label[1:]: item for label, item in zip(labels[count + 1:], items[count + 1:])}
            return Partial(items[0], tuple(items[1:count + 1]), keywords)
        if shape.kind == "choice":
            return Choice(items[0], dict(zip(shape.what.options, items[1:])))
        if shape.kind == "instance":
            return Instance(shape.what.cls, items[0])
        return Display(shape.what.kind, tuple(items), shape.what.keys)

