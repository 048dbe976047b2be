"""The arguments of a call, evaluated once and in order, and what each parameter gets.

``g(x, *ys, k=2.0, **options)``: starred tuples and lists of a known length are taken apart, and so are dicts
that are written out.  What ``*args`` and ``**kwargs`` of a definition collect is a display of bindings.
"""

from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend import library
from s2sad.frontend.functions import FUNCTIONS, FunctionValues
from s2sad.frontend.meanings import Closure, Display, FunctionSource, Meaning, Named, Refused, Variable
from s2sad.frontend.parameters import ArgumentError, Formal, formals
from s2sad.frontend.tracer import Binding, Given
from s2sad.ir.trace import Atom, Const, Value
from s2sad.ir.types import TupleType


class Arguments(FunctionValues):
    """Evaluates and matches arguments."""

    fixed: dict[str, Any]  # variables that are bound once, to a dict display, and only read

    # ------------------------------------------------------------------ evaluation

    def arguments(self, node: Any) -> Given:
        """The arguments of a call, in the order that they are evaluated."""
        given = Given()
        for argument in node.args:
            if given.rest is not None:
                self.refuse(argument, "an argument follows a starred sequence whose length is not known here",
                            "write the arguments out")
            if isinstance(argument, gast.Starred):
                sequence = self.operand(argument.value)
                items = self.items_of(sequence)
                if items is None:
                    given.rest, given.star = self.value_of(sequence, argument.value), argument
                else:
                    given.args += items
            else:
                given.args.append(self.operand(argument))
        for keyword in node.keywords:
            if keyword.arg is not None:
                self._keyword(given, keyword.arg, self.operand(keyword.value), keyword.value)
                continue
            written = self.written_dict(keyword.value)
            if written is not None:
                for name, item in written:
                    self._keyword(given, name, item, keyword.value)
                continue
            options = self.operand(keyword.value)
            if not isinstance(options, Display) or options.keys is None or \
                    not all(isinstance(k, str) for k in options.keys):
                self.refuse(keyword.value, "`**` of a dict whose keys are not known here is not supported",
                            "write the arguments out")
            for key, item in zip(options.keys, options.items):
                self._keyword(given, str(key), item, keyword.value)
        return given

    def written_dict(self, node: Any) -> list[tuple[str, Binding]] | None:
        """The items of a dict display, or of a variable that is one and is only read; None for any other."""
        display = node if isinstance(node, gast.Dict) else self.fixed.get(getattr(node, "id", ""))
        if display is None or not all(isinstance(k, gast.Constant) and isinstance(k.value, str) for k in display.keys):
            return None
        if display is node:
            return [(k.value, self.operand(v)) for k, v in zip(node.keys, node.values)]
        holder = self.operand(node)
        if isinstance(holder, Meaning):
            return None
        return [(k.value, self.apply("getitem", [holder, Const(k.value)], node)) for k in display.keys]

    def _keyword(self, given: Given, name: str, value: Binding, node: Any) -> None:
        if name in given.keywords:
            self.refuse(node, f"the argument {name!r} is given twice", "give it once")
        given.keywords[name] = value

    def items_of(self, binding: Binding) -> list[Binding] | None:
        """The items of a sequence of known length; None for any other."""
        if isinstance(binding, Display):
            return list(binding.items) if binding.keys is None else [Const(k) for k in binding.keys]
        if isinstance(binding, Const) and isinstance(binding.value, tuple):
            return [Const(v) for v in binding.value]
        if isinstance(binding, Value) and binding in self.tuples:
            return list(self.tuples[binding])
        if isinstance(binding, Value) and binding.name is None and binding in self.lists:
            return list(self.lists[binding])
        if isinstance(binding, Value) and isinstance(binding.type, TupleType):
            return [self.apply("getitem", [binding, Const(k)], self.statement) for k in range(len(binding.type.items))]
        return None

    def plain(self, given: Given, node: Any) -> tuple[list[Atom], dict[str, Atom]]:
        """The arguments of a primitive."""
        if given.rest is not None:
            self.refuse(given.star, "a starred argument of unknown length is not supported here",
                        "write the arguments out")
        args = [self.value_of(a, node) for a in given.args]
        return args, {k: self.value_of(a, node) for k, a in given.keywords.items()}

    # ------------------------------------------------------------------ matching

    def matched(self, function: FunctionSource | Closure, given: Given, node: Any) -> dict[str, Binding]:
        """What each parameter is bound to."""
        source = function.source if isinstance(function, Closure) else function
        declared = formals(source)
        found: dict[str, Binding] = {}
        rest = dict(given.keywords)
        args = list(given.args)
        positional = [f for f in declared if f.kind in ("positional_only", "plain")]
        if given.rest is not None:
            args += self._spread(given.rest, positional[len(args):], rest, declared, source, node)
        collects = next((f for f in declared if f.kind == "args"), None)
        if len(args) > len(positional) and collects is None:
            count = len(positional)
            raise ArgumentError(f"{source.name}() takes {count} positional argument{'s' * (count != 1)}, {len(args)} "
                                f"{'is' if len(args) == 1 else 'are'} given")
        for formal, argument in zip(positional, args):
            found[formal.name] = argument
        for formal in declared:
            if formal.kind == "args":
                found[formal.name] = Display("tuple", tuple(args[len(positional):]))
            elif formal.kind == "kwargs":
                found[formal.name] = Display("dict", tuple(rest.values()), tuple(rest))
                rest = {}
            elif formal.name in rest and formal.kind != "positional_only":
                if formal.name in found:
                    raise ArgumentError(f"{source.name}() got two values for {formal.name!r}")
                found[formal.name] = rest.pop(formal.name)
            elif formal.name not in found:
                found[formal.name] = self.default(function, formal, node)
        if rest:
            raise ArgumentError(f"{source.name}() has no parameter {next(iter(rest))!r}")
        return found

    def _spread(self, sequence: Atom, open_: list[Formal], keywords: dict[str, Binding], declared: list[Formal],
                source: FunctionSource, node: Any) -> list[Binding]:
        """A sequence of unknown length as the arguments that are missing, if their number is certain."""
        missing = [f for f in open_ if f.name not in keywords]
        if any(f.kind == "args" for f in declared) or any(f.default is not None for f in missing):
            self.refuse(node, f"how many arguments of {source.name!r} a starred sequence gives is not known here",
                        "write the arguments out")
        length = self.apply("len", [sequence], node)
        test = self.apply("eq", [length, Const(len(missing))], node)
        self.effect("assert", [test, Const(f"{source.name}() takes {len(missing)} starred arguments here")], node)
        return [self.apply("getitem", [sequence, Const(k)], node) for k in range(len(missing))]

    def default(self, function: FunctionSource | Closure, formal: Formal, node: Any) -> Binding:
        """The default of a parameter that gets no argument."""
        source = function.source if isinstance(function, Closure) else function
        if isinstance(function, Closure) and formal.name in function.defaults:
            return function.defaults[formal.name]
        if formal.default is None:
            raise ArgumentError(f"{source.name}() misses the argument {formal.name!r}")
        meaning = formal.default
        if isinstance(meaning, Refused):
            self.unresolved(node, meaning.message, meaning.hint)
        if isinstance(meaning, Variable):
            return self.value_of(meaning, node)
        return meaning

    def is_function(self, binding: Binding) -> bool:
        return isinstance(binding, FUNCTIONS) and not self.is_constant(binding)

    def is_constant(self, meaning: Meaning | None) -> bool:
        return isinstance(meaning, Named) and (library.constant_type(meaning.key) is not None
                                               or meaning.key == "np.newaxis")
