"""Name resolution for a live function: its closure cells, its globals, the built-ins, by identity."""

from __future__ import annotations

import builtins
import functools
import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from s2sad.errors import ResolveError
from s2sad.frontend.classes import class_of_object
from s2sad.frontend.constants import is_literal
from s2sad.frontend.derivatives import WrongArgument, derivative_of
from s2sad.frontend.entry import entry_of, innermost, needs_entry
from s2sad.frontend.library import constant_type, key_of_object, library_key
from s2sad.frontend.meanings import (
    Display,
    FunctionSource,
    Meaning,
    Named,
    Partial,
    Refused,
    UserModule,
    UserObject,
    Variable,
)
from s2sad.frontend.objects import MISSING, LiveObject, is_user_class, is_user_object
from s2sad.frontend.source import find_source
from s2sad.frontend.text import SourceText
from s2sad.ir.trace import Global
from s2sad.rules.row import Table

_DATA = (bool, int, float, complex, str, type(None), np.ndarray, np.generic, np.dtype, list, tuple, dict)
_CACHED = type(functools.lru_cache(abs))
LOCKS = ("_thread", "threading")
_OURS = Refused("s2sad itself is called in a function that it reads",
                "of s2sad, only grad, value_and_grad, jvp, vjp and differentiate are known there")


class Live:
    """The live functions of one program: each file is parsed and each function looked up once.

    `found` and `cells` are the names and closure cells under which something else than data was found: while
    they hold the same objects, the program is as it was read.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.texts: dict[str, SourceText] = {}
        self.sources: dict[FunctionType, FunctionSource] = {}
        self.found: list[tuple[dict[str, Any], str, object]] = []
        self.cells: list[tuple[CellType, object]] = []
        # Containers with functions in them, and what they held.
        self.contents: list[tuple[Any, list[object]]] = []
        self._made: dict[int, tuple[object, Meaning]] = {}

    def look_up(self, namespace: dict[str, Any], name: str, module: str) -> Meaning | None:
        """The meaning of a name of a module; None if it has no such name."""
        value = namespace.get(name, MISSING)
        meaning = None if value is MISSING else self.meaning(name, value, lambda: namespace[name], module)
        if not isinstance(meaning, Variable) and not any(n is namespace and m == name for n, m, _ in self.found):
            self.found.append((namespace, name, value))
        return meaning

    def look_into(self, cell: CellType, name: str, module: str) -> Meaning:
        """The meaning of a closure variable."""
        try:
            value = cell.cell_contents
        except ValueError:
            return Refused(f"the closure variable {name!r} has no value yet", "define it before differentiating")
        meaning = self.meaning(name, value, _cell_reader(cell), module)
        if not isinstance(meaning, Variable) and not any(c is cell for c, _ in self.cells):
            self.cells.append((cell, value))
        return meaning

    def source(self, function: FunctionType) -> FunctionSource:
        """The source of a live function with its scope and its defaults."""
        if function in self.sources:
            return self.sources[function]
        text, node = find_source(function, self.texts)
        scope = LiveScope(function, self)
        code = function.__code__
        names = code.co_varnames[:code.co_argcount]
        values = function.__defaults__ or ()
        given = dict(zip(names[len(names) - len(values):], values))
        given.update(function.__kwdefaults__ or {})
        defaults: dict[str, object] = {}
        name = function.__name__ if function.__name__.isidentifier() else "function"
        found = FunctionSource(name, node, text, scope, scope.module, function, defaults)
        self.sources[function] = found
        defaults.update((n, self.default(function, n, v)) for n, v in given.items())
        return found

    def default(self, function: FunctionType, name: str, value: object) -> object:
        """A default: a literal as it is, anything else by what it means."""
        if is_literal(value):
            return value

        def read() -> object:
            parameter = inspect.signature(function, follow_wrapped=False).parameters[name]
            return parameter.default

        return self.meaning(name, value, read, str(function.__globals__.get("__name__") or "__main__"))

    def entry(self, value: Any) -> FunctionSource:
        """The function to differentiate for a partial, a bound method or a wrapper."""
        function = underlying(innermost(value))
        if function is None:
            message, hint = not_a_function(innermost(value))
            raise ResolveError(message, hint=hint)
        base = self.source(function)
        meaning = self.meaning(base.name, value, None, base.module)
        shown = list(inspect.signature(value).parameters.values())
        defaults = {p.name: self.default(function, p.name, p.default) for p in shown if p.default is not p.empty}
        return entry_of(meaning, base, shown, defaults)

    def meaning(self, name: str, value: Any, read: Callable[[], object] | None, module: str) -> Meaning:
        """What an object found under `name` is to the compiler."""
        if isinstance(value, ModuleType):
            if _is_ours(value.__name__) and value.__name__ != "s2sad":
                return _OURS
            key = library_key(value.__name__)
            return Named(key) if key else UserModule(name, LiveModule(value, self))
        if id(value) in self._made:
            return self._made[id(value)][1]
        made = self._structure(name, value, module)
        if made is not None:
            self._made[id(value)] = value, made
            return made
        if isinstance(value, _DATA):
            key = _library_constant(name, value)
            literal = is_literal(value)
            variable = Global(name, name, module, literal, value if literal else None, read)
            return Named(key) if key else Variable(variable)
        if type(value).__module__ in LOCKS:
            return Variable(Global(name, name, module, False, None, read))
        if getattr(value, "__module__", None) == "s2sad.api" and inspect.isfunction(value):
            return Named(f"s2sad.{value.__name__}")
        key = key_of_object(value, self.table)
        if key is not None:
            return Named(key)
        record = isinstance(value, type) and class_of_object(value) is not None
        if not record and underlying(value) is None and \
                (is_user_class(value) if isinstance(value, type) else is_user_object(value)):
            return self._object(name, value)
        if callable(value):
            return self._callable(name, value)
        return Refused(f"{name!r} is of type {type(value).__name__!r}, which s2sad does not know",
                       "use numbers, arrays and functions; pass what is computed from it as an argument")

    def _structure(self, name: str, value: Any, module: str) -> Meaning | None:
        """A container with functions in it, or functools.partial."""
        if type(value) in (tuple, list, dict) and holds_functions(value):
            keys = tuple(value) if type(value) is dict else None
            if keys is not None and not all(map(is_literal, keys)):
                return None
            places = list(value) if keys is None else [value[k] for k in keys]
            if type(value) is not tuple:
                self.contents.append((value, items_of(value)))
            items = tuple(self._part(f"{name}_{k}", item, _item_reader(value, k), module)
                          for k, item in zip(keys or range(len(places)), places))
            return Display(type(value).__name__, items, keys)
        if isinstance(value, MethodType):
            owner = self._part(f"{name}_self" if name != value.__name__ else "self", value.__self__, None, module)
            return Partial(self._part(name, value.__func__, None, module), (owner,))
        if type(value) is functools.partial:
            function = self._part(name, value.func, None, module)
            args = tuple(self._part(f"{name}_{k}", a, lambda k=k: value.args[k], module)  # type: ignore[misc]
                         for k, a in enumerate(value.args))
            keywords = {k: self._part(f"{name}_{k}", a, lambda k=k: value.keywords[k], module)  # type: ignore[misc]
                        for k, a in value.keywords.items()}
            self.contents.append((value.keywords, items_of(value.keywords)))
            return Partial(function, args, keywords)
        return None

    def _object(self, name: str, value: Any) -> Meaning:
        scope = LiveObject(name, value, self)
        made = scope.itself = UserObject(name, scope)
        self._made[id(value)] = value, made
        return made

    def _part(self, name: str, value: Any, read: Callable[[], object] | None, module: str) -> Meaning:
        word = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
        return self.meaning(word, value, read, module)

    def function(self, value: Any) -> FunctionSource | None:
        """The source of a function, or of what s2sad made of one; None for anything else."""
        if hasattr(type(value), "__derivative_of__"):
            primal, mode, wrt = value.__derivative_of__
            source = self.function(primal)
            try:
                return None if source is None else derivative_of(source, mode, wrt)
            except WrongArgument as error:
                raise ResolveError(str(error), hint="give the function a fixed number of parameters") from None
        if hasattr(type(value), "__decorated_with__"):
            source = self.function(value.__wrapped_primal__)
            return None if source is None else replace(source, decorated=(value.__decorated_with__,))
        plain = underlying(value)
        if needs_entry(plain or value):
            return self.entry(plain or value)
        return None if plain is None else self.source(plain)

    def _callable(self, name: str, value: Any) -> Meaning:
        if _is_ours(type(value).__module__):
            try:
                source = self.function(value)
            except ResolveError as error:
                return Refused(error.message, error.hint)
            if source is not None:
                return source
        function = underlying(value)
        if function is not None:
            user_key = f"{function.__module__}.{function.__qualname__}"
            if user_key in self.table:
                return Named(user_key)
            if _is_ours(function.__module__):
                return _OURS
            try:
                return self.source(function)
            except ResolveError as error:
                return Refused(error.message, error.hint)
        if isinstance(value, type) and issubclass(value, BaseException):
            kind: type[BaseException] = value
            if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is not value:
                return Refused(f"the class {name!r} of errors cannot be imported", "define it at the top of a module")
            return Named(f"{kind.__module__}:{kind.__name__}")
        if isinstance(value, type):
            record = class_of_object(value)
            if record is None:
                return Refused(f"{name!r} is a class", "use functions of numbers and arrays")
            members = LiveObject(name, value, self)
            made = replace(record, members=members)
            members.itself = made
            self._made[id(value)] = value, made
            return made
        return Refused(f"{name!r} is a {type(value).__name__}, whose source s2sad cannot read",
                       "write it as a Python function, or declare a rule for it")


class LiveScope:
    """The free names of one function object."""

    def __init__(self, function: FunctionType, live: Live) -> None:
        self.function = function
        self.live = live

    @property
    def module(self) -> str:
        return str(self.function.__globals__.get("__name__") or "__main__")

    @property
    def owner(self) -> type | None:
        """The class that the function is a method of, where it calls super()."""
        cells = dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or ()))
        return cells["__class__"].cell_contents if "__class__" in cells else None

    def names(self) -> list[str]:
        return [*self.function.__code__.co_freevars, *self.function.__globals__]

    def resolve(self, name: str) -> Meaning | None:
        cells = dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or ()))
        if name in cells:
            return self.live.look_into(cells[name], name, self.module)
        meaning = self.live.look_up(self.function.__globals__, name, self.module)
        if meaning is None and hasattr(builtins, name):
            return self.live.meaning(name, getattr(builtins, name), None, self.module)
        return meaning

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        full = module or ""
        if level:
            parts = str(self.function.__globals__.get("__package__") or "").split(".")
            full = ".".join(filter(None, [*parts[:len(parts) - level + 1], full]))
        loaded = sys.modules.get(full)
        if loaded is None:
            return Refused(f"module {full!r} is not loaded", "import it at the top of the module")
        if name is None:
            return self.live.meaning(full, loaded, None, full)
        if hasattr(loaded, name):
            return self.live.meaning(name, getattr(loaded, name), lambda: getattr(loaded, name), full)
        inner = sys.modules.get(f"{full}.{name}")
        if inner is not None:
            return self.live.meaning(name, inner, None, full)
        return Refused(f"module {full!r} has no {name!r}", "check the import")


class LiveModule:
    """The names of a module object of the user's."""

    def __init__(self, module: ModuleType, live: Live) -> None:
        self.object = module
        self.live = live

    @property
    def module(self) -> str:
        return self.object.__name__

    def names(self) -> list[str]:
        return list(vars(self.object))

    def resolve(self, name: str) -> Meaning | None:
        return self.live.look_up(vars(self.object), name, self.module)

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        return Refused(f"module {module!r} is not loaded", "import it at the top of the module")


def holds_functions(value: Any) -> bool:
    """Whether there is a function in a container, or in one inside it."""
    items = value.values() if type(value) is dict else value
    return any(holds_functions(i) if type(i) in (tuple, list, dict) else callable(i) and not isinstance(i, np.dtype)
               for i in items)


def items_of(value: Any) -> list[object]:
    """What a container holds: what must be the same for a program that was read with it."""
    return [*value, *value.values()] if isinstance(value, dict) else list(value)


def _item_reader(value: Any, key: Any) -> Callable[[], object]:
    return lambda: value[key]


def _is_ours(module: str | None) -> bool:
    return bool(module) and str(module).partition(".")[0] == "s2sad"


def _cell_reader(cell: CellType) -> Callable[[], object]:
    return lambda: cell.cell_contents


def _library_constant(name: str, value: object) -> str | None:
    """``from math import pi``: the very object, under its own name."""
    for prefix, library in (("math", "math"), ("np", "numpy")):
        key = f"{prefix}.{name}"
        if constant_type(key) and getattr(sys.modules.get(library), name, None) is value:
            return key
    return None


def underlying(value: Any) -> FunctionType | None:
    """The Python function behind an object: an s2sad-decorated or Numba-compiled one, a static method.

    A wrapper made with functools.wraps is a function of its own and is read as such."""
    for _ in range(10):
        inner = None
        if isinstance(value, staticmethod):
            inner = value.__func__
        elif isinstance(value, _CACHED):
            inner = value.__wrapped__
        for attribute in ("__wrapped_primal__", "py_func"):
            if inspect.getattr_static(value, attribute, None) is not None:
                inner = getattr(value, attribute)
                break
        if inner is None:
            break
        value = inner
    return value if isinstance(value, FunctionType) else None


def not_a_function(value: Any) -> tuple[str, str]:
    """Why an object has no source to read, and what to pass instead."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or type(value).__qualname__
    if inspect.ismethod(value):
        return f"{name!r} is a method", (
            "move the computation to a function of numbers and arrays, and call that from the method")
    if isinstance(value, type):
        return f"{name!r} is a class", "pass a function defined with `def`, or a lambda"
    if isinstance(getattr(value, "__wrapped__", None), FunctionType):
        return f"{name!r} is wrapped in a {type(value).__name__}", f"pass the function itself: {name}.__wrapped__"
    if isinstance(value, functools.partial):
        return "a functools.partial is not a function whose source can be read", (
            "write it as a lambda, or as a function defined with `def`")
    if callable(value) and (inspect.isbuiltin(value) or isinstance(value, np.ufunc)):
        return f"{name!r} is not written in Python", f"call it in a function: lambda x: {name}(x)"
    return f"{value!r} is not a Python function whose source can be read", (
        "pass a function defined with `def`, or a lambda")
