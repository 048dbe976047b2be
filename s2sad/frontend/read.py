"""Reading a function and all that it calls: the way into the compiler.

`read_function` reads a live function object; `read_file` reads a file without executing any of it.
"""

from __future__ import annotations

import copy
import hashlib
import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from s2sad.errors import ResolveError
from s2sad.frontend.derived import DerivedLowering
from s2sad.frontend.entry import entry_of
from s2sad.frontend.live import Live, not_a_function
from s2sad.frontend.lower import Lowering
from s2sad.frontend.meanings import Computed, FunctionSource, Meaning, Refused, Variable
from s2sad.frontend.names import Files
from s2sad.frontend.packing import Packing, Shape
from s2sad.frontend.parameters import formals, refuse_open
from s2sad.frontend.rebinding import check_rebound
from s2sad.frontend.tracer import UncertainError
from s2sad.ir.trace import Function, Global, Program
from s2sad.rules.row import Table


def read_function(function: Callable[..., Any], table: Table, live: Live | None = None,
                  classes: dict[str, type] | None = None) -> Program:
    """The program of a live function: it and every user function that it reaches.

    `live` keeps what was found on the way; `classes` are those of the objects that it is called with."""
    source = (live or Live(table)).function(function)
    if source is None:
        message, hint = not_a_function(function)
        raise ResolveError(message, hint=hint)
    return Reader(table, classes).read(source)


def read_file(path: str | os.PathLike[str], name: str, table: Table) -> Program:
    """The program of a function in a file; nothing in the file is executed."""
    path = os.fspath(path)
    scope = Files().scope(path)
    meaning = scope.resolve(name)
    if isinstance(meaning, Computed) and meaning.plain is not None:
        return Reader(table).read(entry_of(meaning, meaning.plain, None, {}))
    if not isinstance(meaning, FunctionSource):
        if isinstance(meaning, Refused):
            raise ResolveError(f"in {path}: {meaning.message}", hint=meaning.hint)
        raise ResolveError(f"{path} defines no function {name!r}",
                           hint="it defines " + (", ".join(scope.functions()) or "no functions"))
    return Reader(table).read(meaning)


def list_functions(path: str | os.PathLike[str]) -> list[str]:
    """The functions that a file defines at its top level, in order; nothing in it is executed."""
    return Files().scope(os.fspath(path)).functions()


class Reader:
    """Lowers functions as they are asked for, each specialisation once."""

    def __init__(self, table: Table, classes: dict[str, type] | None = None) -> None:
        self.table = table
        self.classes = classes or {}
        self.keys: dict[Any, str] = {}
        self.queue: list[Lowering] = []
        self.functions: dict[str, Function] = {}
        self.results: dict[str, Shape] = {}  # of functions that return functions
        self.tags: dict[Hashable, str] = {}
        self.active: set[str] = set()  # being lowered
        self.recursive: set[str] = set()  # called while they were, or taken to return values
        self.globals: dict[str, Global] = {}
        self.entry_module = ""
        self.entry: Lowering

    def read(self, source: FunctionSource) -> Program:
        self.entry_module = source.module
        refuse_open(source)
        # What is a function by default stays that: it can be no argument of generated code.
        statics = {f.name: Packing().pack(f.name, f.default) for f in formals(source)
                   if isinstance(f.default, Meaning) and not isinstance(f.default, (Refused, Variable))}
        entry = self.request(source, (), statics, None)
        self.entry = self.queue[0]
        self.entry.entry = True
        self.entry.argument_classes = self.classes
        program = Program(entry, file=source.text.file)
        while self.queue:
            self._lower(self.queue.pop(0))
        program.functions = {key: self.functions[key] for key in self.keys.values()}
        program.globals = self.globals
        check_rebound(program)
        program.classes = self.entry.annotated_classes()
        texts = "\n".join(f.source for f in program.functions.values())
        program.source_hash = hashlib.sha256(texts.encode()).hexdigest()[:16]
        return program

    def _lower(self, lowering: Lowering) -> None:
        self.active.add(lowering.key)
        try:
            lowering = self._lowered(lowering)
        finally:
            self.active.discard(lowering.key)
        if lowering.returns is not None:
            # An object whose class is known is one value, whether its caller knows the class or not.
            if lowering.key in self.recursive and lowering.returns.kind != "instance":
                node = lowering.source.node
                lowering.refuse(node, f"the recursive function {lowering.source.name!r} returns functions",
                                "return values, and make the function where it is called")
            self.results[lowering.key] = lowering.returns

    def _lowered(self, lowering: Lowering) -> Lowering:
        """Lower a function; in parts where it matters how far a `try` came."""
        names = ("keys", "queue", "functions", "results", "tags", "globals", "recursive")
        before = {name: copy.copy(getattr(self, name)) for name in names}
        try:
            self.functions[lowering.key] = lowering.run()
            return lowering
        except UncertainError:
            if lowering.parts:
                raise
        vars(self).update(before)  # what the first reading asked for may not be wanted
        again = lowering.in_parts()
        if lowering.entry:
            self.entry = again
        self.functions[lowering.key] = again.run()
        return again

    def result(self, key: str) -> Shape | None:
        found = next((w for w in self.queue if w.key == key), None)
        if found is not None and found.may_return_functions():
            self.queue.remove(found)
            self._lower(found)
        if key in self.active or (found is not None and found in self.queue):
            self.recursive.add(key)  # taken to return values
        return self.results.get(key)

    def tag(self, code: Hashable, name: str) -> str:
        if code not in self.tags:
            number, unique = 2, name
            while unique in self.tags.values():
                unique, number = f"{name}_{number}", number + 1
            self.tags[code] = unique
        return self.tags[code]

    def request(self, source: FunctionSource, captured: tuple[str, ...], statics: dict[str, Shape],
                parent: str | None) -> str:
        which = (source.identity, captured, tuple(statics.items()))
        if which not in self.keys:
            key = self._unique(source, parent)
            self.keys[which] = key
            lowering = Lowering if source.derivative is None else DerivedLowering
            self.queue.append(lowering(self, source, key, captured, statics, parent is not None))
        return self.keys[which]

    def _unique(self, source: FunctionSource, parent: str | None) -> str:
        prefix = source.home or source.module
        key = source.name if parent is None and source.module == self.entry_module else f"{prefix}.{source.name}"
        taken = set(self.keys.values())
        number, base = 2, key
        while key in taken:
            key = f"{base}_{number}"
            number += 1
        return key

    def variable(self, variable: Global) -> Global:
        """The variable under a name that no other one has."""
        number = 1
        name = variable.variable
        while name in self.globals:
            known = self.globals[name]
            if (known.module, known.variable) == (variable.module, variable.variable) and _same_place(known, variable):
                return known
            number += 1
            module = variable.module.rpartition(".")[2]
            name = f"{module}_{variable.variable}" + (f"_{number}" if number > 2 else "")
        self.globals[name] = replace(variable, name=name)
        return self.globals[name]


def _same_place(a: Global, b: Global) -> bool:
    """Whether two variables of the same name are one: closures of one function may differ."""
    if a.read is None or b.read is None:
        return True
    try:
        return a.read() is b.read()
    except ValueError:
        return False
