"""Classes whose objects are their fields: NamedTuples, dataclasses and TypedDicts, alive or as text.

::

    class Point(NamedTuple):        Point(x: float, y: float = 0.0), made by a call, read by field or position
        x: float
        y: float = 0.0
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import Any

import gast

from s2sad.frontend.annotations import type_of_annotation
from s2sad.frontend.constants import NotLiteral, evaluate, is_literal
from s2sad.frontend.meanings import DataClass, FieldOf, Scope
from s2sad.ir.trace import Const
from s2sad.ir.types import ListType, RecordClass, RecordType, TupleType, Type

_BASES = {"NamedTuple": "namedtuple", "TypedDict": "dict"}
_OWN_CODE = ("__init__", "__post_init__", "__new__", "__setattr__", "__getattr__", "__getattribute__")


def class_of_object(cls: type) -> DataClass | None:
    """A live class of plain fields; None for any other class."""
    if dataclasses.is_dataclass(cls):
        fields = [f for f in dataclasses.fields(cls) if f.init]
        described = [FieldOf(f.name, _default(f.default), f.kw_only is True) for f in fields]
        frozen = bool(cls.__dataclass_params__.frozen)  # type: ignore[attr-defined]
        plain = len(fields) == len(dataclasses.fields(cls)) and _only_sets_fields(cls, frozen)
        return _described("object", cls, described, plain, frozen)
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults = getattr(cls, "_field_defaults", {})
        described = [FieldOf(n, _default(defaults[n]) if n in defaults else None) for n in cls._fields]
        return _described("namedtuple", cls, described, "__new__" not in _written(cls), True)
    return None


def _only_sets_fields(cls: type, frozen: bool) -> bool:
    """Whether making an object of a dataclass runs no code of the user's: one that is written in the class stays."""
    code = getattr(cls.__dict__.get("__init__"), "__code__", None)
    return code is not None and code.co_filename == "<string>" and not hasattr(cls, "__post_init__") \
        and ordinary(cls, ("__setattr__",) if frozen else ())


def ordinary(cls: type, but: tuple[str, ...] = ()) -> bool:
    """Whether objects of a class are made, read and changed as those of any class are, but for some methods."""
    hooks = [n for n in ("__new__", "__setattr__", "__getattribute__") if n not in but]
    return type(cls) is type and not hasattr(cls, "__getattr__") and \
        all(getattr(cls, n) is getattr(object, n) for n in hooks)


def ordinary_text(scope: Any) -> bool:
    """The same of a class whose text is known (`scope` are its names)."""
    node = getattr(scope, "node", None)
    if node is None or node.bases or node.keywords or node.decorator_list:
        return False
    stored = [n for s in node.body for n in gast.walk(s) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)]
    names = {n.id for n in stored} | {s.name for s in node.body if isinstance(s, gast.FunctionDef)}
    return not names.intersection(["__slots__", "__new__", "__setattr__", "__getattr__", "__getattribute__"])


def _described(kind: str, cls: type, fields: list[FieldOf], plain: bool, frozen: bool) -> DataClass:
    names = tuple(f.name for f in fields)
    return DataClass(RecordClass(kind, cls.__name__, cls.__module__, names, frozen, cls), tuple(fields), plain)


def _written(cls: type) -> set[str]:
    """What a subclass of a named tuple defines itself."""
    return set() if cls.__bases__ == (tuple,) else set(vars(cls))


def _default(value: object) -> Const | None:
    """A default that can be written down; a field with any other one has to be given."""
    return Const(value) if value is not dataclasses.MISSING and is_literal(value) else None


def class_of_node(node: Any, scope: Scope) -> DataClass | None:
    """The class of a definition that is never executed; None if its objects are more than its fields."""
    kind, frozen = None, False
    inherited: tuple[FieldOf, ...] = ()
    for base in node.bases:
        if _last(base) in _BASES:
            kind, frozen = _BASES[_last(base)], True
            continue
        known = scope.resolve(base.id) if isinstance(base, gast.Name) else None
        if not isinstance(known, DataClass):
            return None
        kind, inherited = known.record.kind, inherited + known.fields
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, gast.Call) else None
        if _last(call.func if call else decorator) != "dataclass":
            return None
        kind = "object"
        options = {k.arg: k.value for k in call.keywords} if call else {}
        frozen = _true(options.get("frozen"))
    if kind is None:
        return None
    fields = {f.name: f for f in inherited}
    plain = True
    for statement in node.body:
        if isinstance(statement, gast.AnnAssign) and isinstance(statement.target, gast.Name):
            found = _field(statement, scope)
            if found is not None:
                fields[found.name] = found
        elif isinstance(statement, gast.FunctionDef) and statement.name in _OWN_CODE:
            plain = False
    record = RecordClass(kind, node.name, scope.module, tuple(fields), frozen)
    return DataClass(record, tuple(fields.values()), plain)


def _field(statement: Any, scope: Scope) -> FieldOf | None:
    annotation = statement.annotation
    if _last(annotation.value if isinstance(annotation, gast.Subscript) else annotation) in ("ClassVar", "KW_ONLY"):
        return None
    default = None
    if statement.value is not None:
        with suppress(NotLiteral):
            default = Const(evaluate(statement.value, lambda name: scope.resolve(name.id)
                                     if isinstance(name, gast.Name) else None))
    return FieldOf(statement.target.id, default, False, declared_type(annotation, scope))


def declared_type(node: Any, scope: Scope) -> Type:
    """The type of an annotation; names of classes are looked up."""
    if isinstance(node, gast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        node = gast.Name(node.value, gast.Load(), None, None)
    if isinstance(node, gast.Name):
        plain = type_of_annotation(node)
        known = scope.resolve(node.id) if plain == Type() else None
        return record_type(known) if isinstance(known, DataClass) else plain
    if isinstance(node, gast.Subscript):
        items = list(node.slice.elts) if isinstance(node.slice, gast.Tuple) else [node.slice]
        head = _last(node.value)
        if head in ("list", "List") and len(items) == 1:
            return ListType(declared_type(items[0], scope))
        if head in ("tuple", "Tuple") and not any(isinstance(i, gast.Constant) and i.value is Ellipsis for i in items):
            return TupleType(tuple(declared_type(i, scope) for i in items))
    return type_of_annotation(node)


def record_type(known: DataClass) -> RecordType:
    record = known.record
    return RecordType(record.kind, record.name, record.fields, tuple(f.type for f in known.fields))


def _true(node: Any) -> bool:
    return isinstance(node, gast.Constant) and node.value is True


def _last(node: Any) -> str:
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return str(node.id) if isinstance(node, gast.Name) else ""
