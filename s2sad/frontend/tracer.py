"""What all of lowering shares: the environment, the block being filled, errors with locations."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from s2sad.errors import ResolveError, UnsupportedError
from s2sad.frontend import library
from s2sad.frontend.classes import record_type
from s2sad.frontend.meanings import (
    Choice,
    Closure,
    Computed,
    DataClass,
    Display,
    FunctionSource,
    Instance,
    ItemsOf,
    Meaning,
    Named,
    Partial,
    Refused,
    UserObject,
    Variable,
)
from s2sad.frontend.members import common_class, label
from s2sad.frontend.packing import Path, Shape
from s2sad.ir.trace import UNDEF, Apply, Atom, Block, Const, Global, Loc, Op, Undefined, Value, Yield
from s2sad.ir.types import UNKNOWN, Type
from s2sad.ir.unset import Unset
from s2sad.rules.row import Table

Binding = Any  # an Atom, or a Meaning for a name that is bound to a function or a module


class Requests(Protocol):
    """What lowering asks of the reader: other functions, and unique names for globals."""

    table: Table

    def request(self, source: FunctionSource, captured: tuple[str, ...], statics: dict[str, Shape],
                parent: str | None) -> str:
        """The key of a function, which will be lowered too.

        `captured` become its leading parameters, `statics` are names bound to functions in it (the function
        itself is there under no name, where it is a closure), and `parent` is the key of the function that it is
        defined in."""

    def result(self, key: str) -> Shape | None:
        """What a function returns, if that holds functions; None for values."""

    def tag(self, code: Hashable, name: str) -> str:
        """A name for a function that no other one of the program has."""

    def variable(self, variable: Global) -> Global:
        """The variable under its name in the program."""



@dataclass
class Given:
    """Evaluated arguments; `rest` is a starred sequence at the end, whose length is not known."""

    args: list[Binding] = field(default_factory=list)
    keywords: dict[str, Binding] = field(default_factory=dict)
    rest: Atom | None = None
    star: Any = None  # where it stands


@dataclass
class LoopContext:
    """The loop being lowered: what it carries, what it runs over, and whether a `break` was met."""

    carried: list[str]
    over: list[Atom] = field(default_factory=list)
    broken: bool = False


class UncertainError(UnsupportedError):
    """A name is read of which it is not known what an error in the middle of a `try` left in it."""


class Tracer(ABC):
    """One function being lowered."""

    def __init__(self, reader: Requests, source: FunctionSource, key: str) -> None:
        self.reader = reader
        self.table = reader.table
        self.source = source
        self.key = key
        self.text = source.text
        self.env: dict[str, Binding] = {}
        self.block = Block()
        self.statement: Any = source.node
        self.fresh: set[Value] = set()
        self.tuples: dict[Value, list[Atom]] = {}
        self.loops: list[LoopContext] = []
        self.sequences: list[Atom] = []
        self.locals: list[str] = []
        self.parameter_values: list[Atom] = []
        # Merged values that may be unset, and those that were tested on the way here.
        self.unset = Unset()
        self.tested: frozenset[Value] = frozenset()
        self.given: dict[int, tuple[str, Path]] = {}
        self.class_of: dict[Value, Meaning] = {}  # of objects that were annotated, or made here
        self.kept: list[Binding] = []  # so that no identity in `given` is used again
        self.entry = False
        self.lists: dict[Value, list[Atom]] = {}  # as they were made; only what has no name can be no other one now
        self.empty: dict[Value, Block] = {}
        # Conditions that hold where the code being lowered runs, with their truth.
        self.assumed: list[tuple[Atom, bool]] = []
        # Names that an error may have kept from being assigned.
        self.interrupted: set[str] = set()

    # ------------------------------------------------------------------ by construct

    # The files of lowering call each other: here is what those below define, for those above.

    @abstractmethod
    def statements(self, body: list[Any]) -> bool:
        """Lower statements; whether the code after them is unreachable."""

    @abstractmethod
    def expression(self, node: Any) -> Atom:
        """Lower an expression that is a value."""

    @abstractmethod
    def operand(self, node: Any) -> Binding:
        """An expression whose value may be a function, or hold functions."""

    @abstractmethod
    def static(self, node: Any) -> Meaning | None:
        """What an expression means before the program runs; None for values."""

    @abstractmethod
    def assign(self, target: Any, item: Any) -> None:
        """Bind a target to a binding, or to the parts of a tuple."""

    @abstractmethod
    def whole(self, item: Any, node: Any) -> Binding:
        """An item as one binding: parts become a tuple."""

    @abstractmethod
    def comprehended(self, node: Any) -> Binding:
        """A list comprehension, maybe of functions."""

    @abstractmethod
    def call_function(self, function: Meaning, given: Given, node: Any) -> Binding:
        """What a function returns for evaluated arguments."""

    @abstractmethod
    def apply_named(self, key: str, given: Given, node: Any) -> Binding:
        """A call of a library's function, by its full name."""

    @abstractmethod
    def primitive_call(self, prim: str, key: str, args: list[Atom], keywords: dict[str, Atom], node: Any) -> Atom:
        """A call of a primitive with the library's parameters."""

    # ------------------------------------------------------------------ emitting

    def loc(self, node: Any) -> Loc:
        return self.text.loc(node, self.text.statement(self.statement))

    def emit(self, op: Op, node: Any) -> None:
        op.loc = self.loc(node)
        self.block.ops.append(op)
        self.fresh.update(op.defined())

    def apply(self, prim: str, args: list[Atom], node: Any, attrs: dict[str, Any] | None = None,
              type: Type = UNKNOWN) -> Value:
        """Append ``prim(*args)`` with one result."""
        result = Value(None, type)
        self.emit(Apply(prim, args, [result], attrs or {}), node)
        if prim == "tuple":
            self.tuples[result] = args
        if self.class_of:
            self.note_class(prim, args, result)
        return result

    def note_class(self, prim: str, args: list[Atom], result: Value) -> None:
        """The class of what is put into lists and taken out of them; it is checked when containers are taken apart."""
        source = self.class_of.get(args[0]) if args and isinstance(args[0], Value) else None
        if prim == "getitem" and isinstance(source, ItemsOf):
            self.class_of[result] = source.cls
            op = self.block.ops[-1]
            assert isinstance(op, Apply)
            op.attrs = {**op.attrs, "_class": label(source.cls)}
        elif prim in ("list", "tuple") and args:
            item = common_class([self.class_of.get(a) if isinstance(a, Value) else None for a in args])
            if item is not None:
                self.class_of[result] = ItemsOf(item)

    def present(self, sequence: Atom, index: Atom, node: Any) -> Value:
        """An item that is surely there: what a loop over the sequence reads."""
        return self.apply("getitem", [sequence, index], node, {"_present": True})

    def effect(self, prim: str, args: list[Atom], node: Any, attrs: dict[str, Any] | None = None) -> None:
        """Append a primitive without results."""
        self.emit(Apply(prim, args, [], attrs or {}), node)

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Append to another block meanwhile."""
        outer, self.block = self.block, block
        tested = self.tested
        try:
            yield block
        finally:
            self.block, self.tested = outer, tested

    def yield_(self, values: list[Atom], node: Any) -> None:
        self.emit(Yield(values), node)

    # ------------------------------------------------------------------ errors

    def refuse(self, node: Any, message: str, hint: str | None) -> NoReturn:
        loc = self.loc(node)
        raise UnsupportedError(message, loc=loc, function=self.source.name, hint=hint, source=self.text.line(loc.line))

    def unresolved(self, node: Any, message: str, hint: str | None) -> NoReturn:
        loc = self.loc(node)
        raise ResolveError(message, loc=loc, function=self.source.name, hint=hint, source=self.text.line(loc.line))

    # ------------------------------------------------------------------ names

    def lookup(self, name: str, node: Any) -> Binding:
        """What a name is bound to here: an atom or a meaning."""
        binding = self.env.get(name)
        if binding is None or isinstance(binding, Undefined):
            if name in self.interrupted:
                self.uncertain(name, node)
            if binding is not None or name in self.locals:
                self.unresolved(node, f"the variable {name!r} is read before it is assigned", f"assign {name!r} first")
            binding = self.source.scope.resolve(name)
            if binding is None:
                self.unresolved(node, f"the name {name!r} is not defined", self.did_you_mean(name))
        if isinstance(binding, Refused):
            self.unresolved(node, binding.message, binding.hint)
        self.certain(binding, name, node)
        return binding

    def certain(self, binding: Binding, name: str, node: Any) -> None:
        """Fail as the user's function would where a name that is read here may be unset."""
        if binding in self.unset.values and self.may_be_unset(binding):
            if name in self.interrupted:
                self.uncertain(name, node)
            self.effect("require_set", [binding, Const(name)], node)
            self.tested |= {binding}

    def may_be_unset(self, binding: Binding) -> bool:
        """Whether a binding may have no value where the code being lowered runs."""
        return binding not in self.tested and all(
            self.unset.where(binding, test, truth) for test, truth in self.assumed)

    def uncertain(self, name: str, node: Any) -> NoReturn:
        if hasattr(node, "flag"):
            self.refuse(node, "it is not known how far a try inside another one came", "put the inner one into a "
                        "function")
        loc = self.loc(node)
        raise UncertainError(f"{name!r} is read where an error may have kept the try from assigning it", loc=loc,
                             function=self.source.name, source=self.text.line(loc.line),
                             hint="assign it in the last statement of the try, or in the handler too")

    def did_you_mean(self, name: str) -> str:
        close = difflib.get_close_matches(name, [*self.locals, *self.source.scope.names()], 1)
        return f"did you mean {close[0]!r}?" if close else "define it, or import it"

    def value_of(self, binding: Binding, node: Any) -> Atom:
        """The atom for a binding that is read as a value."""
        if isinstance(binding, Variable):
            variable = self.reader.variable(binding.variable)
            attrs: dict[str, Any] = {"name": variable.name}
            if variable.literal:
                attrs["value"] = variable.value
            return self.apply("global", [], node, attrs)
        if isinstance(binding, Named) and library.is_exception(binding.key):
            return self.apply("exception", [], node, {"name": binding.key, "called": False})
        if isinstance(binding, Instance):
            return self.typed(binding)
        if isinstance(binding, Computed):
            self.unresolved(node, binding.otherwise.message, binding.otherwise.hint)
        if isinstance(binding, (FunctionSource, Closure)):
            self.refuse(node, f"the function {binding.name!r} is used as a value",
                        "call it, or pass it directly to a function of yours that calls it")
        if isinstance(binding, Display) and binding.plain:
            return self.apply(binding.kind, list(binding.items), node)
        if isinstance(binding, Display) and not any(isinstance(item, Meaning) for item in binding.items):
            pairs = zip(map(Const, binding.keys or ()), binding.items)
            return self.apply("dict", [atom for pair in pairs for atom in pair], node)
        if isinstance(binding, (Partial, Choice, Display)):
            what = f"a {binding.kind} of functions" if isinstance(binding, Display) else "a function"
            self.refuse(node, f"{what} is used as a value", "call the functions, or pass them on")
        if isinstance(binding, UserObject):
            self.refuse(node, f"the object {binding.name!r} is used as a value",
                        "read its attributes, or call its methods")
        if isinstance(binding, Meaning):
            self.refuse(node, "a module or function is used as a value", "call it")
        atom: Atom = binding
        return atom

    def typed(self, instance: Instance) -> Atom:
        """An object, whose class is known from now on."""
        atom: Atom = instance.value
        if isinstance(atom, Value):
            self.class_of[atom] = instance.cls
            if atom.type == UNKNOWN and isinstance(instance.cls, DataClass):
                atom.type = record_type(instance.cls)
        return atom

    def inherit(self, value: Value, sources: list[Binding]) -> None:
        """A merged value is of the class that all its sources are of."""
        cls = common_class([self.class_of.get(s) if isinstance(s, Value) else None for s in sources])
        if cls is not None:
            self.class_of[value] = cls

    def name_result(self, name: str, atom: Atom) -> None:
        """Give a value that this statement made and nobody named yet the user's name."""
        if isinstance(atom, Value) and atom.name is None and atom in self.fresh and name.isidentifier():
            atom.name = name

    def bind(self, name: str, binding: Binding) -> None:
        if isinstance(binding, Instance):
            binding = self.typed(binding)
        if isinstance(binding, (Value, Choice)):
            self.name_result(name, binding.tag if isinstance(binding, Choice) else binding)
        self.env[name] = binding

    def current(self, name: str, node: Any) -> Atom:
        """The atom that a name holds, to be passed on; UNDEF where it has none."""
        binding = self.env.get(name, UNDEF)
        if isinstance(binding, Refused):
            self.unresolved(node, binding.message, binding.hint)
        if isinstance(binding, Meaning):
            self.refuse(node, f"{name!r} is bound to a function or module and changes in a loop",
                        "bind it once, before the loop")
        atom: Atom = binding
        return atom


def same(a: Binding, b: Binding) -> bool:
    """Whether two bindings are the same value (or equal literals)."""
    if isinstance(a, Const) and isinstance(b, Const):
        return a == b
    return bool(a is b or (isinstance(a, Meaning) and a == b))
