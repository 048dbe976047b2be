"""Name resolution for a live function: its closure cells, its globals, the built-ins, by identity."""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable
from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from s2sad.errors import ResolveError
from s2sad.frontend.constants import is_literal
from s2sad.frontend.library import constant_type, key_of_object, library_key
from s2sad.frontend.meanings import FunctionSource, Meaning, Named, Refused, UserModule, Variable
from s2sad.frontend.source import find_source
from s2sad.ir.trace import Global
from s2sad.rules.row import Table

_DATA = (bool, int, float, complex, str, type(None), np.ndarray, np.generic, np.dtype, list, tuple)


class LiveScope:
    """The free names of one function object."""

    def __init__(self, function: FunctionType, table: Table) -> None:
        self.function = function
        self.table = table

    @property
    def module(self) -> str:
        return str(self.function.__globals__.get("__name__") or "__main__")

    def names(self) -> list[str]:
        return [*self.function.__code__.co_freevars, *self.function.__globals__]

    def resolve(self, name: str) -> Meaning | None:
        cells = dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or ()))
        if name in cells:
            read = cell_reader(cells[name])
            try:
                value = read()
            except ValueError:
                return Refused(f"the closure variable {name!r} has no value yet", "define it before differentiating")
            return self.meaning(name, value, read)
        namespace = self.function.__globals__
        if name in namespace:
            return self.meaning(name, namespace[name], lambda: namespace[name])
        if hasattr(builtins, name):
            return self.meaning(name, getattr(builtins, name), None)
        return None

    def meaning(self, name: str, value: Any, read: Callable[[], object] | None) -> Meaning:
        """What an object is to the compiler."""
        return meaning_of_object(name, value, read, self.module, self.table)

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        full = module or ""
        if level:
            package = str(self.function.__globals__.get("__package__") or "")
            parents = package.split(".")[:len(package.split(".")) - level + 1]
            full = ".".join(filter(None, [*parents, full]))
        loaded = sys.modules.get(full)
        if loaded is None:
            return Refused(f"module {full!r} is not loaded", "import it at the top of the module")
        if name is None:
            return self.meaning(full, loaded, None)
        if not hasattr(loaded, name):
            inner = sys.modules.get(f"{full}.{name}")
            return self.meaning(name, inner, None) if inner else Refused(f"module {full!r} has no {name!r}")
        return meaning_of_object(name, getattr(loaded, name), lambda: getattr(loaded, name), full, self.table)


class LiveModule:
    """The names of a module object of the user's."""

    def __init__(self, module: ModuleType, table: Table) -> None:
        self.object = module
        self.table = table

    @property
    def module(self) -> str:
        return self.object.__name__

    def names(self) -> list[str]:
        return list(vars(self.object))

    def resolve(self, name: str) -> Meaning | None:
        namespace = vars(self.object)
        if name not in namespace:
            return None
        return meaning_of_object(name, namespace[name], lambda: namespace[name], self.module, self.table)

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        return Refused(f"module {module!r} is not loaded", "import it at the top of the module")


def cell_reader(cell: CellType) -> Callable[[], object]:
    return lambda: cell.cell_contents


def meaning_of_object(name: str, value: Any, read: Callable[[], object] | None, module: str, table: Table) -> Meaning:
    """What an object found under `name` is to the compiler."""
    if isinstance(value, ModuleType):
        key = library_key(value.__name__)
        return Named(key) if key else UserModule(name, LiveModule(value, table))
    if not isinstance(value, _DATA):
        key = key_of_object(value, table)
        if key is not None:
            return Named(key)
        if callable(value):
            return _callable(name, value, table)
    else:
        key = _library_constant(name, value)
        literal = is_literal(value)
        variable = Global(name, name, module, literal, value if literal else None, read)
        return Named(key) if key else Variable(variable)
    return Refused(f"{name!r} is of type {type(value).__name__!r}, which s2sad does not know",
                   "use numbers, arrays and functions; pass what is computed from it as an argument")


def _library_constant(name: str, value: object) -> str | None:
    """``from math import pi``: the very object, under its own name."""
    for prefix, library in (("math", "math"), ("np", "numpy")):
        key = f"{prefix}.{name}"
        if constant_type(key) and getattr(sys.modules.get(library), name, None) is value:
            return key
    return None


def _callable(name: str, value: Any, table: Table) -> Meaning:
    function = underlying(value)
    if function is not None:
        user_key = f"{function.__module__}.{function.__qualname__}"
        if user_key in table:
            return Named(user_key)
        try:
            return live_source(function, table)
        except ResolveError as error:
            return Refused(error.message, error.hint)
    if isinstance(value, type):
        return Refused(f"{name!r} is a class", "use functions of numbers and arrays")
    return Refused(f"{name!r} is a {type(value).__name__}, whose source s2sad cannot read",
                   "write it as a Python function, or declare a rule for it")


def underlying(value: Any) -> FunctionType | None:
    """The Python function behind an object: an s2sad-decorated, Numba-compiled or wrapped one."""
    seen = 0
    while not isinstance(value, FunctionType) or hasattr(value, "__wrapped__") or hasattr(value, "__wrapped_primal__"):
        inner = None
        for attribute in ("__wrapped_primal__", "py_func", "__wrapped__"):
            inner = inspect.getattr_static(value, attribute, None) and getattr(value, attribute, None)
            if inner is not None:
                break
        seen += 1
        if inner is None or seen > 100:
            return None
        value = inner
    return value


def live_source(function: FunctionType, table: Table) -> FunctionSource:
    """The source of a live function with its scope and its defaults."""
    text, node = find_source(function)
    scope = LiveScope(function, table)
    code = function.__code__
    names = code.co_varnames[:code.co_argcount]
    values = function.__defaults__ or ()
    defaults: dict[str, object] = dict(zip(names[len(names) - len(values):], values))
    defaults.update(function.__kwdefaults__ or {})
    name = function.__name__
    if name == "<lambda>":
        name = "function"
    return FunctionSource(name, node, text, scope, scope.module, function, defaults)
