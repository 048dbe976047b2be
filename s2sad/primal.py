"""A function to differentiate, in process: its program, and what that depends on.

The program is read once.  It is read again when a name that it found a function or a module under comes to mean
something else (a notebook cell that was run again, a reloaded module), or when the code of a function is replaced.
Variables are no such names: their values are read at every call.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np

from s2sad.analysis.signature import fields, type_of_value
from s2sad.errors import NotDifferentiableError
from s2sad.frontend.constants import is_literal
from s2sad.frontend.live import Live, items_of
from s2sad.frontend.objects import MISSING
from s2sad.frontend.read import read_function
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Apply, Program, walk
from s2sad.ir.types import FunctionType as FunctionKind
from s2sad.ir.types import Opaque, Type
from s2sad.rules import TABLE


class Primal:
    """The program of a live function; `version` counts how often it was read."""

    def __init__(self, function: Callable[..., Any], classes: dict[str, type] | None = None) -> None:
        self.function = function
        self.classes = classes or {}  # of the objects that it is called with
        self.version = 0
        self.lock = threading.RLock()
        self.read()

    def read(self) -> None:
        """Read the function and all that it calls, as they are now."""
        with self.lock:
            live = Live(TABLE)
            self.program: Program = read_function(self.function, TABLE, live, self.classes)
            self.names = [p.name for p in self.program.main.params]
            self.positional = sum(not p.keyword_only for p in self.program.main.params)
            self.signature = inspect.signature(self.function)
            self.collects = any(p.kind is p.VAR_POSITIONAL for p in self.signature.parameters.values())
            # Parameters that are functions by default, which the program was read with.
            self.functions = {n: p.default for n, p in self.signature.parameters.items() if n not in self.names}
            # How the variables are rebound that the function rebinds.
            self.rebound = {name: g.write for name, g in self.program.globals.items() if g.write is not None}
            self.live = {name: g.read for name, g in self.program.globals.items() if g.read is not None}
            self._names: list[tuple[dict[str, Any], str, object]] = live.found
            self._cells: list[tuple[CellType, object]] = live.cells
            self._contents: list[tuple[Any, list[object]]] = live.contents
            self._codes: list[tuple[FunctionType, CodeType]] = [(f, f.__code__) for f in live.sources]
            self._variants: dict[Hashable, Primal] = {}
            self.version += 1

    def called_with(self, values: Sequence[Any]) -> Primal:
        """The function as it is read when the classes of these arguments are known, whose methods it may call."""
        found = {n: cls for name, value in zip(self.names, values) for n, cls in classes_of(name, value).items()
                 if n not in self.program.classes and n not in self.classes}
        if not found:
            return self
        key = tuple(found.items())
        with self.lock:
            if key not in self._variants:
                self._variants[key] = Primal(self.function, found)
            return self._variants[key]

    @property
    def stale(self) -> bool:
        """Whether a name, a cell or a function is not what it was when the program was read."""
        for namespace, name, value in self._names:
            if namespace.get(name, MISSING) is not value:
                return True
        for function, code in self._codes:
            if function.__code__ is not code:
                return True
        for container, held in self._contents:
            now = items_of(container)
            if len(now) != len(held) or any(a is not b for a, b in zip(now, held)):
                return True
        return any(cell.cell_contents is not value for cell, value in self._cells) or \
            any(variant.stale for variant in self._variants.values())

    def present(self) -> dict[str, Any]:
        """The values of the global variables and closure cells that the program reads, as they are now."""
        values = {}
        for name, read in self.live.items():
            try:
                values[name] = read()
            except (KeyError, AttributeError, ValueError):
                raise NameError(f"name {name!r} is not defined") from None
        return values

    def typed(self, values: dict[str, Any]) -> Program:
        """The program with the types of these values of its variables."""
        program = clone_program(self.program)
        kinds = {name: self._kind(name, value) for name, value in values.items()}
        for function in program.functions.values():
            for op in walk(function.block):
                if isinstance(op, Apply) and op.prim in ("global", "read_global") and op.attrs["name"] in kinds:
                    op.attrs["type"] = kinds[op.attrs["name"]]
                    op.attrs.pop("value", None)
        return program

    def frozen(self) -> Program:
        """The program with the literal values that its variables have now, as a module of its own would hold them."""
        values = self.present()
        program = self.typed(values)
        now = {name: replace(program.globals[name], literal=is_literal(v), value=v) for name, v in values.items()}
        program.globals = {**program.globals, **now}
        return program

    def _kind(self, name: str, value: object) -> Type:
        kind = type_of_value(value, name)
        if isinstance(kind, (Opaque, FunctionKind)):
            raise NotDifferentiableError(f"the variable {name!r} is of type {type(value).__name__!r}, which s2sad does "
                                         "not know", function=self.program.main.name, hint="use numbers and arrays")
        return kind


def classes_of(name: str, value: Any) -> dict[str, type]:
    """The classes of an argument and of what is in its fields, by ``name.field``, of those that have methods."""
    found = {name: type(value)} if has_methods(value) else {}
    kind, held = (None, None) if isinstance(value, (float, int, np.ndarray)) else fields(value)
    if kind == "object" and held is not None:
        for field, item in held.items():
            found.update(classes_of(f"{name}.{field}", item))
    elif isinstance(value, list) and value and not isinstance(value[0], (float, int, np.ndarray)):
        inside = [classes_of(f"{name}.*", item) for item in value]
        if all(item == inside[0] for item in inside):
            found.update(inside[0])
    return found


def has_methods(value: Any) -> bool:
    """Whether a value is an object with fields whose class defines methods or properties."""
    kind, _ = (None, None) if isinstance(value, (float, int, np.ndarray)) else fields(value)
    if kind not in ("object", "namedtuple"):
        return False
    named = {n: m for c in type(value).__mro__ if c not in (object, tuple) for n, m in vars(c).items()}
    return any(isinstance(m, (FunctionType, property, classmethod, staticmethod))
               and (n == "__call__" or not n.startswith("__")) and n not in ("_make", "_replace", "_asdict")
               for n, m in named.items())
