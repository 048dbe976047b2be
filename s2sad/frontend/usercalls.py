"""Calls of the user's functions, and of functions that are values.

::

    y = helper(b=2.0, a=x)          # y = call helper(x, 2.0)
    y = partial(helper, x)(2.0)     # the same
    make(a)(x)                      # w0 = call make(a); y = call make.inner(w0, x)

A call specialises the callee for the functions among its arguments (`packing`).  A callee that returns functions
returns what they capture, and the caller puts them together again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from s2sad.frontend.arguments import Arguments
from s2sad.frontend.classes import ordinary, ordinary_text
from s2sad.frontend.derivatives import DECORATOR, IGNORED, WrongArgument, differentiated, options_of
from s2sad.frontend.functions import FUNCTIONS, NOTHING, STRUCTURES
from s2sad.frontend.liveness import called_names, changed_names, free_names
from s2sad.frontend.meanings import (
    Choice,
    Closure,
    Computed,
    Display,
    FunctionSource,
    Instance,
    Meaning,
    Named,
    Partial,
    Refused,
    UserObject,
    Variable,
)
from s2sad.frontend.members import FileClass, is_class, member, stored_parameters
from s2sad.frontend.names import attribute
from s2sad.frontend.objects import LiveObject
from s2sad.frontend.packing import Packing, Path, Shape, TooDeep, Unpacking, parts_of
from s2sad.frontend.parameters import ArgumentError, formals
from s2sad.frontend.returning import may_return_functions
from s2sad.frontend.tracer import Binding, Given
from s2sad.ir.trace import Atom, Block, Call, Const, For, If, Raise, Value
from s2sad.ir.types import RecordClass


class UserCalls(Arguments):
    """Lowers calls of functions that are known."""

    # ------------------------------------------------------------------ what is called

    def static(self, node: Any) -> Meaning | None:
        """The static meaning of a name, an attribute of a module, or a lambda; None for values."""
        if isinstance(node, gast.Name):
            if hasattr(node, "primitive"):
                return Named(node.primitive)
            if hasattr(node, "meaning"):
                found: Meaning = node.meaning
                return found
            binding = self.env.get(node.id)
            if binding is None and node.id not in self.locals:
                binding = self.source.scope.resolve(node.id)
            return binding if isinstance(binding, Meaning) else None
        if isinstance(node, gast.Attribute):
            if is_super(node.value):
                return self.inherited(node)
            holder = self.static(node.value)
            this = self.env.get(node.value.id) if isinstance(node.value, gast.Name) else None
            if isinstance(this, Value) and this in self.class_of:
                return member(self.class_of[this], node.attr, this)
            if isinstance(holder, Choice):
                options: dict[Any, Meaning] = {}
                for key, option in holder.options.items():
                    if isinstance(part := attribute(option, node.attr), FUNCTIONS):
                        options[key] = part
                return Choice(holder.tag, options) if len(options) == len(holder.options) else None
            return attribute(holder, node.attr)
        if isinstance(node, gast.Lambda) and not node.args.defaults and not any(node.args.kw_defaults):
            return self.closure("function", node)
        return None

    def evaluated(self, meaning: Computed, node: Any) -> Binding:
        """What the top of a module computes, if it is a function."""
        source = meaning.source
        if meaning.plain is None and not may_return_functions(source.node, source.scope.resolve, frozenset()):
            self.unresolved(node, meaning.otherwise.message, meaning.otherwise.hint)
        result = self.call_function(source, Given(), node)
        if not isinstance(result, STRUCTURES):
            self.unresolved(node, meaning.otherwise.message, meaning.otherwise.hint)
        if holds_changing(result):
            self.unresolved(node, f"the function {source.name!r} changes what it keeps from call to call",
                            "pass what changes as an argument")
        return result

    def inherited(self, node: Any) -> Meaning | None:
        """``super().name`` in a method of a live class."""
        owner = getattr(self.source.scope, "owner", None)
        first = self.source.node.args.args[:1]
        this = self.env.get(first[0].id) if first else None
        if isinstance(self.source.owner, FileClass) and isinstance(this, Value):
            above = [b for b in self.source.owner.bases() if b.holder(node.attr) is not None]
            return Partial(above[0].function(node.attr), (this,)) if above else None
        cls = self.class_of.get(this) if isinstance(this, Value) else None
        scope = this.scope if isinstance(this, UserObject) else \
            getattr(cls, "members", None) or getattr(cls, "scope", None)
        if isinstance(scope, LiveObject) and owner is not None and cls is not None:
            found = scope.above(owner, node.attr)
            return Partial(found, (this,)) if isinstance(found, FunctionSource) else found
        if owner is None or not isinstance(scope, LiveObject):
            return None
        return scope.above(owner, node.attr)

    def closure(self, name: str, node: Any) -> Closure:
        """The closure for a function or lambda defined here; its defaults are evaluated."""
        identity = (self.key, node.lineno, node.col_offset)
        source = FunctionSource(name, node, self.text, self.source.scope, self.source.module, identity, home=self.key)
        free = [n for n in sorted(free_names(node)) if n in self.env or n in self.locals]
        args = node.args
        positional = [*args.posonlyargs, *args.args]
        pairs = [*zip(positional[len(positional) - len(args.defaults):], args.defaults),
                 *((a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults) if d is not None)]
        defaults = {a.id: self.operand(d) for a, d in pairs if not isinstance(d, gast.Constant)}
        return Closure(source, tuple(free), None, defaults)

    def is_value(self, meaning: Meaning) -> bool:
        """Whether a static meaning is read as data (or refused) where it is used as a value."""
        return isinstance(meaning, (Variable, Refused)) or self.is_constant(meaning)

    # ------------------------------------------------------------------ calling

    def made(self, cls: UserObject, given: Given, node: Any) -> Binding:
        """A new object: one without fields, on which the class's own __init__ is called."""
        value: Any = getattr(cls.scope, "value", None)
        plain = ordinary_text(cls.scope) if value is None else ordinary(value) and not hasattr(value, "__slots__")
        if not plain or member(cls, "__init__", Const(None)) is None:
            self.refuse(node, f"objects of the class {cls.name!r} cannot be made here",
                        "pass the object as an argument, or make it a dataclass or a NamedTuple")
        record = RecordClass("object", cls.name, cls.scope.module, (), False, value)
        this = self.apply("construct", [], node, {"class": record})
        init = member(cls, "__init__", this)
        assert init is not None
        self.class_of[this] = self.with_objects(cls, init, given)
        self.call_function(init, given, node)
        return this

    def with_objects(self, cls: UserObject, init: Meaning, given: Given) -> UserObject:
        """The class of an object that keeps other objects which it is made with."""
        source = init.function if isinstance(init, Partial) else init
        if not isinstance(source, FunctionSource):
            return cls
        names = [a.id for a in source.node.args.args[1:]]
        bound = {**dict(zip(names, given.args)), **given.keywords}
        known = {n: self.class_of[b] for n, b in bound.items() if isinstance(b, Value) and b in self.class_of}
        parts = {field: known[name] for field, name in stored_parameters(source).items() if name in known}
        return replace(cls, parts=parts) if parts else cls

    def call_function(self, function: Meaning, given: Given, node: Any) -> Binding:
        """What a function returns for evaluated arguments."""
        if isinstance(function, Partial):
            more = Given([*function.args, *given.args], {**function.keywords, **given.keywords}, given.rest)
            return self.call_function(function.function, more, node)
        if isinstance(function, Choice):
            return self._one_of(function.tag, list(function.options.items()), given, node)
        if isinstance(function, UserObject):
            if is_class(function):
                return self.made(function, given, node)
            called = attribute(function, "__call__")
            if not isinstance(called, Partial):
                self.refuse(node, f"{function.name!r} is called, but its class has no __call__", "call a method of it")
            return self.call_function(called, given, node)
        if isinstance(function, Named):
            return self.apply_named(function.key, given, node)
        if not isinstance(function, (FunctionSource, Closure)):
            self.refuse(node, "something is called that is not a function known here", "call a function")
        source = function.source if isinstance(function, Closure) else function
        helper = self.helper(source)
        if helper is not None:
            args, keywords = self.plain(given, node)
            if helper == "helper.like":
                return self.apply(helper, [*args, *keywords.values()], node, {"names": tuple(keywords)})
            return self.primitive_call(helper, source.name, args, keywords, node)
        try:
            return self._call(function, self.matched(function, given, node), node)
        except ArgumentError as error:
            where = f"line {source.node.lineno} of {source.text.file}"
            self.refuse(node, str(error), f"{source.name} is defined in {where}")
        except TooDeep:
            self.refuse(node, f"{source.name} is called with functions that hold functions without end",
                        "pass numbers, and make the functions where they are called")

    def _one_of(self, tag: Atom, options: list[tuple[Any, Meaning]], given: Given, node: Any) -> Binding:
        if any(o is NOTHING for _, o in options):
            self._refuse_none(tag, next(k for k, o in options if o is NOTHING), node)
            options = [(k, o) for k, o in options if o is not NOTHING]
        (key, first), *rest = options
        if not rest:
            return self.call_function(first, given, node)
        test = self.apply("eq", [tag, key], node)
        return self.merged(test, lambda: self.call_function(first, given, node),
                           lambda: self._one_of(tag, rest, given, node), node)

    def _refuse_none(self, tag: Atom, none: Atom, node: Any) -> None:
        """Raise as a call of None does."""
        op = If(self.apply("eq", [tag, none], node), Block(), Block())
        message = Const("'NoneType' object is not callable")
        with self.inside(op.then):
            self.emit(Raise([self.apply("exception", [message], node, {"name": "TypeError", "called": True})]), node)
        with self.inside(op.orelse):
            self.yield_([], node)
        self.emit(op, node)

    def _call(self, function: FunctionSource | Closure, found: dict[str, Binding], node: Any) -> Binding:
        source = function.source if isinstance(function, Closure) else function
        packing = Packing()
        statics: dict[str, Shape] = {}
        handed: dict[str, Binding] = {}
        if isinstance(function, Closure):
            handed[""] = function
        values: list[Atom] = []
        for formal in formals(source):
            argument = found[formal.name]
            # What is differentiated by is a parameter of its own, whatever else it is known as.
            if source.derivative is not None and isinstance(argument, Display) and argument.plain:
                argument = self.value_of(argument, node)
            elif isinstance(argument, Value) and argument in self.class_of and source.derivative is None:
                argument = Instance(self.class_of[argument], argument)
            if argument == Const(None) and formal.name in called_names(source.node):
                statics[formal.name] = Shape("static", None, (), argument)  # a callback that is not there
            elif isinstance(argument, STRUCTURES) and not self.is_constant(argument):
                handed[formal.name] = argument
            else:
                values.append(self.value_of(argument, node))
        memo: dict[int, Closure] = {}
        for name, binding in handed.items():
            statics[name] = packing.pack(name, self.closed(binding, node, memo))
        key = self.reader.request(source, tuple(packing.names), statics, source.home or None)
        result = Value()
        self.emit(Call(key, [*packing.atoms, *values], [result]), node)
        shape = self.reader.result(key)
        return result if shape is None else self.put_together(shape, result, handed, node)

    def put_together(self, shape: Shape, result: Value, handed: dict[str, Binding], node: Any) -> Binding:
        """A structure with functions, from the values that its parts captured."""
        names = leaves(shape)
        atoms: list[Atom] = [result] if len(names) == 1 else \
            [self.apply("getitem", [result, Const(k)], node) for k in range(len(names))]

        def passed(name: str, path: Path) -> Binding:
            return self.follow(handed[name], path)

        made = Unpacking(dict(zip(names, atoms)).__getitem__, passed=passed).unpack(shape)
        return self.typed(made) if isinstance(made, Instance) else made

    def operands(self, nodes: list[Any], node: Any) -> list[Binding]:
        """The items of a display, starred ones taken apart."""
        found: list[Binding] = []
        for item in nodes:
            if not isinstance(item, gast.Starred):
                found.append(self.operand(item))
                continue
            items = self.items_of(self.operand(item.value))
            if items is None:
                self.refuse(item, "a starred sequence whose length is not known here is not supported",
                            "write the elements out")
            found += items
        return found

    def differentiated(self, operator: str, given: Given, node: Any) -> Binding:
        """``s2sad.grad(g, wrt="k")``: a function."""
        args, options = list(given.args), {k: v for k, v in given.keywords.items() if k not in IGNORED}
        try:
            names = options_of(operator)
            if given.rest is not None or len(args) > 2 or not {*options} <= {"function", *names}:
                raise WrongArgument(f"these arguments of {operator} are not known")
            function = args[0] if args else options.get("function")
            if function is None and operator == DECORATOR:
                return Partial(Named(operator), (), options)  # applied to the function below it
            if len(args) == 2:
                options["wrt"] = args[1]
            return differentiated(operator, function, *(self._literal(options[n]) if n in options else ...
                                                        for n in names))
        except WrongArgument as error:
            self.refuse(node, str(error), "write it as in grad(g, wrt=\"x\") or grad(g, wrt=(\"x\", \"k\")), where g "
                        "is a function defined with `def` or a lambda")

    def _literal(self, binding: Binding) -> object:
        """A `wrt` that is written out."""
        items = None if isinstance(binding, Const) else self.items_of(binding)
        if items is not None:
            return tuple(self._literal(item) for item in items)
        if not isinstance(binding, Const):
            raise WrongArgument("wrt= is not written out")
        return binding.value

    # ------------------------------------------------------------------ functools

    def partial(self, given: Given, node: Any) -> Binding:
        if not given.args or not isinstance(given.args[0], Meaning) or not self.is_function(given.args[0]) or \
                given.rest is not None:
            self.refuse(node, "functools.partial() is applied to something that is not a function known here",
                        "pass a function")
        return Partial(given.args[0], tuple(given.args[1:]), given.keywords)

    def reduce(self, given: Given, node: Any) -> Binding:
        """``functools.reduce(f, items, start)``: written out, or a loop where the number of items is not known."""
        if not 2 <= len(given.args) <= 3 or not self.is_function(given.args[0]) or given.keywords:
            self.refuse(node, "these arguments of functools.reduce() are not supported", "write a loop")
        items = self.items_of(given.args[1])
        if items is None:
            return self._reduce_loop(given, node)
        results = [*given.args[2:], *items]
        if not results:
            self.refuse(node, "functools.reduce() of nothing has no value", "give it a start")
        result = results[0]
        for item in results[1:]:
            result = self.call_function(given.args[0], Given([result, item]), node)
        return result

    def _reduce_loop(self, given: Given, node: Any) -> Value:
        function, sequence = given.args[0], self.value_of(given.args[1], node)
        length = self.apply("len", [sequence], node)
        start = self.value_of(given.args[2], node) if len(given.args) == 3 else \
            self.apply("getitem", [sequence, Const(0)], node)
        index, carried, result = Value(), Value(), Value()
        op = For([start], Block([index, carried]), [result], start=Const(3 - len(given.args)), stop=length)
        with self.inside(op.body):
            item = self.present(sequence, index, node)
            self.yield_([self.value_of(self.call_function(function, Given([carried, item]), node), node)], node)
        self.emit(op, node)
        return result

    # ------------------------------------------------------------------ displays

    def display_method(self, display: Display, name: str, node: Any) -> Binding:
        """A method of a tuple, list or dict of functions."""
        given = self.arguments(node)
        keys = list(display.keys or ())
        if display.kind == "dict" and not given.keywords:
            if name == "get" and 1 <= len(given.args) <= 2 and isinstance(given.args[0], Const):
                key = given.args[0].value
                default = given.args[1] if len(given.args) == 2 else Const(None)
                return display.items[keys.index(key)] if key in keys else default
            if name in ("keys", "values", "items") and not given.args:
                columns = {"keys": tuple(map(Const, keys)), "values": display.items}
                pairs = tuple(Display("tuple", (Const(k), i)) for k, i in zip(keys, display.items))
                return Display("tuple", columns.get(name, pairs))
            if name == "pop" and 1 <= len(given.args) <= 2 and isinstance(given.args[0], Const) \
                    and display.block is self.block:
                return self._popped(display, given.args, node)
        if display.kind == "list" and name == "append" and len(given.args) == 1:
            if display.block is not self.block:
                self.refuse(node, "a list of functions grows in a loop, a branch or another function",
                            "write the list out, or append to it where it is made")
            self.replace(display, Display("list", (*display.items, given.args[0]), None, display.block))
            return Const(None)
        self.refuse(node, f"the method .{name}() of a {display.kind} of functions is not supported", "write it out")

    def _popped(self, display: Display, args: list[Binding], node: Any) -> Binding:
        """``options.pop("key", default)``."""
        keys = list(display.keys or ())
        if args[0].value not in keys:
            if len(args) == 1:
                self.refuse(node, f"there is no item {args[0].value!r} here", "give it, or a default")
            return args[1]
        place = keys.index(args[0].value)
        rest = [k for k in range(len(keys)) if k != place]
        kept = Display("dict", tuple(display.items[k] for k in rest), tuple(keys[k] for k in rest), display.block)
        self.replace(display, kept)
        return display.items[place]

    def replace(self, old: Display, new: Display) -> None:
        """Every name of a list now means the changed one."""
        for name, binding in self.env.items():
            if binding is old:
                self.env[name] = new
            elif isinstance(binding, (Display, Partial, Closure)) and _holds(binding, old):
                self.refuse(self.statement, "a list of functions changes that is held by something else",
                            "write the list out where it is made")

    def select(self, display: Display, index: Atom, node: Any) -> Binding:
        """An item of a display."""
        keys: list[Any] = list(range(len(display.items))) if display.keys is None else list(display.keys)
        if isinstance(index, Const):
            key = index.value
            if display.keys is None and isinstance(key, int) and -len(keys) <= key < 0:
                key += len(keys)
            if key not in keys:
                self.refuse(node, f"a {display.kind} of functions has no item {key!r}", f"it has {keys}")
            return display.items[keys.index(key)]
        if display.keys is None:
            index = self.apply("getitem", [self.apply("tuple", [Const(k) for k in keys], node), index], node)
        else:
            self.known_key(index, keys, node)
        return self.among(index, dict(zip(keys, display.items)), node)

    def known_key(self, key: Atom, keys: list[Any], node: Any) -> None:
        """Raise as a dict does that has no such key."""
        known = self.apply("in", [key, self.apply("tuple", [Const(k) for k in keys], node)], node)
        op = If(known, Block(), Block())
        with self.inside(op.then):
            self.yield_([], node)
        with self.inside(op.orelse):
            self.emit(Raise([self.apply("exception", [key], node, {"name": "KeyError", "called": True})]), node)
        self.emit(op, node)

    def helper(self, source: FunctionSource) -> str | None:
        """The key of the helper primitive whose text this function is (generated modules define them)."""
        key = f"helper.{source.name.lstrip('_')}"
        if not source.name.startswith("_") or key not in self.table:
            return None
        text = self.table.signature(key).source
        if text is None:
            return None
        found = gast.dump(source.node)
        return key if any(gast.dump(n) == found for n in gast.parse(text).body) else None


def is_super(node: Any) -> bool:
    plain = isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and not node.args
    return plain and bool(node.func.id == "super")


def leaves(shape: Shape) -> list[str]:
    """The names of the operands in a shape, in order."""
    if shape.kind == "leaf":
        return [str(shape.key)]
    return [name for _, inner in shape.parts for name in leaves(inner)]


def holds_changing(binding: Binding) -> bool:
    """Whether there is a function in a binding that changes what it captured."""
    if isinstance(binding, Closure) and changed_names(binding.source.node):
        return True
    return isinstance(binding, Meaning) and any(holds_changing(item) for _, item in parts_of(binding))


def _holds(binding: Binding, part: Binding) -> bool:
    return any(item is part or (isinstance(item, Meaning) and _holds(item, part)) for _, item in parts_of(binding))
