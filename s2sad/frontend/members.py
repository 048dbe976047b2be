"""Classes that are read as text: what ``Model.name`` means, and what ``model.name`` does for an object of that class.

::

    Model.unit            a static method is its function, a class method partial(function, Model)
    p.energy(x)           where p is annotated as a Params, or made here: Params.energy(p, x)

An object has exactly the class that it is annotated with; one of a subclass is refused where it is passed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from s2sad.frontend.constants import NotLiteral, evaluate
from s2sad.frontend.decorators import decorator_name
from s2sad.frontend.meanings import (
    DataClass,
    FunctionSource,
    ItemsOf,
    Meaning,
    Partial,
    Property,
    Refused,
    Scope,
    UserObject,
    Variable,
)
from s2sad.frontend.text import SourceText
from s2sad.ir.trace import Atom, Global

_LISTS = frozenset({"list", "List", "Sequence"})
_KINDS = {"staticmethod": "static", "classmethod": "class", "property": "property"}


class FileClass:
    """The names that a class of a file defines or inherits."""

    def __init__(self, node: Any, scope: Scope, text: SourceText, path: str) -> None:
        self.node = node
        self.scope = scope
        self.text = text
        self.path = path
        self.itself: Meaning | None = None
        self.defined = {n.name: n for n in node.body if isinstance(n, gast.FunctionDef)}

    @property
    def module(self) -> str:
        return self.scope.module

    def names(self) -> list[str]:
        return list(self.defined)

    def bases(self) -> list[FileClass]:
        known = [self.scope.resolve(b.id) for b in self.node.bases if isinstance(b, gast.Name)]
        scopes = [getattr(k, "members", None) or getattr(k, "scope", None) for k in known]
        return [s for s in scopes if isinstance(s, FileClass)]

    def holder(self, name: str) -> FileClass | None:
        """The class along the order of inheritance that defines a method."""
        if name in self.defined:
            return self
        return next((found for base in self.bases() if (found := base.holder(name)) is not None), None)

    def kind(self, name: str) -> str | None:
        """``method``, ``static``, ``class`` or ``property``; None for what is no method."""
        holder = self.holder(name)
        if holder is None:
            return None
        found = [_KINDS[d] for d in map(decorator_name, holder.defined[name].decorator_list) if d in _KINDS]
        return found[0] if found else "method"

    def function(self, name: str) -> Meaning:
        holder = self.holder(name)
        assert holder is not None
        node = holder.defined[name]
        for decorator in node.decorator_list:
            if decorator_name(decorator) not in (*_KINDS, "differentiate", "override", "final"):
                return Refused(f"the decorator of the method {name!r} may change what it computes", "remove it")
        return FunctionSource(name, node, holder.text, holder.scope, holder.module,
                              (holder.path, node.lineno, node.col_offset), owner=holder)

    def resolve(self, name: str) -> Meaning | None:
        kind = self.kind(name)
        if kind is None:
            return self._constant(name)
        if kind == "property":
            return Refused(f"{name!r} is a property of the class {self.node.name!r}", "read it from an object")
        assert self.itself is not None
        function = self.function(name)
        return Partial(function, (self.itself,)) if kind == "class" else function

    def _constant(self, name: str) -> Meaning | None:
        for node in self.node.body:
            targets = node.targets if isinstance(node, gast.Assign) else [getattr(node, "target", None)]
            if any(isinstance(t, gast.Name) and t.id == name for t in targets) and node.value is not None:
                try:
                    value = evaluate(node.value, self._named)
                except NotLiteral:
                    return Refused(f"the value of {name!r} (line {node.lineno}) is not a literal", "pass it in")
                label = f"{self.node.name}_{name}"
                return Variable(Global(label, label, self.module, True, value))
        return next((found for base in self.bases() if (found := base.resolve(name)) is not None), None)

    def declared(self, name: str) -> Meaning | None:
        """The class that a field is annotated with."""
        for node in self.node.body:
            if isinstance(node, gast.AnnAssign) and isinstance(node.target, gast.Name) and node.target.id == name:
                return annotated_class(node.annotation, self.scope)
        return next((found for base in self.bases() if (found := base.declared(name)) is not None), None)

    def _named(self, node: Any) -> Meaning | None:
        return self.scope.resolve(node.id) if isinstance(node, gast.Name) else None

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        return Refused(f"{self.node.name!r} has no {name!r}", f"it has {', '.join(self.names()) or 'no methods'}")


def annotated_class(node: Any, scope: Scope) -> Meaning | None:
    """The class of the user's that an annotation names, or that of the items of a list."""
    if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name) and node.value.id in _LISTS:
        item = annotated_class(node.slice, scope)
        return None if item is None else ItemsOf(item)
    if isinstance(node, gast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        name = node.value
    elif isinstance(node, gast.Name):
        name = node.id
    else:
        return None
    return readable_class(scope.resolve(name))


def readable_class(found: Meaning | None) -> Meaning | None:
    """A class whose methods can be read; None for anything else."""
    if isinstance(found, DataClass) and found.members is not None:
        return found
    return found if is_class(found) else None


def class_of_argument(cls: type, scope: Scope) -> Meaning | None:
    """The class of an argument, where the function is alive."""
    live: Any = getattr(scope, "live", None)
    return None if live is None else readable_class(live.meaning(cls.__name__, cls, None, cls.__module__))


def live_class(meaning: Any) -> type | None:
    """The class object of a class that is alive."""
    scope = meaning.scope if isinstance(meaning, UserObject) else getattr(meaning, "members", None)
    value = getattr(scope, "value", None)
    return value if isinstance(value, type) else None


def is_class(meaning: Meaning | None) -> bool:
    """Whether an object is a class, read or alive."""
    return isinstance(meaning, UserObject) and isinstance(getattr(meaning.scope, "value", object), type)


def member(cls: Any, name: str, this: Atom) -> Meaning | None:
    """What ``this.name`` means for an object of a class; None for a field."""
    scope: Any = cls.scope if isinstance(cls, UserObject) else getattr(cls, "members", None)
    kind = None if scope is None else scope.kind(name)
    if kind is None:
        return None
    function = scope.function(name)
    if isinstance(function, Refused) or kind == "static":
        return function if isinstance(function, Meaning) else None
    if kind == "class":
        return Partial(function, (cls,))
    method = Partial(function, (this,))
    return Property(method) if kind == "property" else method


# -- objects in fields of objects -------------------------------------------------------------


def part(cls: Any, name: str) -> Meaning | None:
    """The class of ``this.name`` for an object of a class; None for what is no object, or not known."""
    known = getattr(cls, "parts", {}).get(name)
    if known is not None:
        found: Meaning = known
        return found
    scope: Any = cls.scope if isinstance(cls, UserObject) else getattr(cls, "members", None)
    return None if scope is None else scope.declared(name) or _initialised(scope, name)


def _initialised(scope: Any, name: str) -> Meaning | None:
    """What ``self.name = name`` in ``__init__`` is by the annotation of the parameter."""
    init = scope.function("__init__") if scope.kind("__init__") == "method" else None
    if not isinstance(init, FunctionSource):
        return None
    given = stored_parameters(init).get(name)
    annotations = {a.id: a.annotation for a in [*init.node.args.args, *init.node.args.kwonlyargs]}
    return annotated_class(annotations[given], init.scope) if annotations.get(given) is not None else None


def stored_parameters(init: FunctionSource) -> dict[str, str]:
    """The parameters that an ``__init__`` keeps as they are, by the names of the fields."""
    this = init.node.args.args[0].id if init.node.args.args else None
    found: dict[str, str] = {}
    for statement in init.node.body:
        target = statement.targets[0] if isinstance(statement, gast.Assign) else None
        if isinstance(target, gast.Attribute) and isinstance(target.value, gast.Name) and target.value.id == this \
                and isinstance(statement.value, gast.Name):
            found[target.attr] = statement.value.id
    return found


def class_with_parts(cls: Meaning | None, name: str, classes: dict[str, type], scope: Scope) -> Meaning | None:
    """The class of an argument, with those of the objects in its fields and in lists.

    `classes` has them by ``name.field`` and ``name.*``; `cls` is the one that the argument is annotated with."""
    if f"{name}.*" in classes:
        item = class_with_parts(None, f"{name}.*", classes, scope)
        return None if item is None else ItemsOf(item)
    if cls is None and name in classes:
        cls = class_of_argument(classes[name], scope)
    if not isinstance(cls, (UserObject, DataClass)):
        return cls
    inside = {path[len(name) + 1:].split(".")[0] for path in classes if path.startswith(name + ".")}
    known = {f: class_with_parts(None, f"{name}.{f}", classes, scope) for f in sorted(inside)}
    parts = {f: inner for f, inner in known.items() if inner is not None}
    return replace(cls, parts=parts) if parts else cls


def common_class(classes: list[Meaning | None]) -> Meaning | None:
    """The class that all of these are; without the classes of fields, if these differ."""
    first = classes[0] if classes else None
    if first is None or all(c is first for c in classes):
        return first
    if not all(isinstance(c, (UserObject, DataClass)) and _same(c, first) for c in classes):
        return None
    assert isinstance(first, (UserObject, DataClass))
    return replace(first, parts={}) if first.parts else first


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, UserObject) and isinstance(b, UserObject):
        return a.scope is b.scope
    return isinstance(a, DataClass) and isinstance(b, DataClass) and a.record is b.record


def label(cls: Any) -> tuple[str, type | None] | None:
    """A class's name and, where it is alive, the class; None for that of lists."""
    if isinstance(cls, ItemsOf):
        return None
    name = cls.name if isinstance(cls, UserObject) else cls.record.name
    return str(name), live_class(cls)
