"""Calls: of primitives (built-ins, library functions, methods) and of the user's functions.

::

    y = np.sum(x, axis=0)    # y = np.sum(x, 0, False)          bound by the row's signature
    y = x.sum(axis=0)        # the same
    y = helper(b=2.0, a=x)   # y = call helper(x, 2.0)          bound by the function's parameters
"""

from __future__ import annotations

import string
from typing import Any, NoReturn

import gast

from s2sad.frontend import library
from s2sad.frontend.liveness import free_names
from s2sad.frontend.meanings import Closure, FunctionSource, Meaning, Named, Refused, UserModule, Variable
from s2sad.frontend.names import attribute
from s2sad.frontend.parameters import ArgumentError, bind_primitive, default_of, described, match, parameters
from s2sad.frontend.refusals import METHODS
from s2sad.frontend.tracer import Tracer
from s2sad.ir.trace import Apply, Atom, Call, Const, Undefined, Value

_FUNCTIONS = (FunctionSource, Closure, Named)
_DRAWS = frozenset({"normal", "standard_normal", "uniform", "random", "integers", "choice", "exponential", "poisson",
                    "gamma", "beta", "permutation", "shuffle", "multivariate_normal"})
_RANDOM = "draw the random numbers outside, and pass them as an argument"


class Calls(Tracer):
    """Lowers call expressions."""

    def expression(self, node: Any) -> Atom:
        raise NotImplementedError

    # ------------------------------------------------------------------ what is called

    def static(self, node: Any) -> Meaning | None:
        """The static meaning of a name, an attribute of a module, or a lambda; None for values."""
        if isinstance(node, gast.Name):
            if hasattr(node, "primitive"):
                return Named(node.primitive)
            binding = self.env.get(node.id)
            if binding is None and node.id not in self.locals:
                binding = self.source.scope.resolve(node.id)
            return binding if isinstance(binding, Meaning) else None
        if isinstance(node, gast.Attribute):
            return attribute(self.static(node.value), node.attr)
        if isinstance(node, gast.Lambda):
            return self.closure("function", node)
        return None

    def closure(self, name: str, node: Any) -> Closure:
        """The closure for a function or lambda defined here."""
        identity = (self.key, node.lineno, node.col_offset)
        source = FunctionSource(name, node, self.text, self.source.scope, self.source.module, identity, home=self.key)
        free = [n for n in sorted(free_names(node)) if n in self.env or n in self.locals]
        return Closure(source, tuple(free))

    def expression_Call(self, node: Any) -> Atom:
        for argument in node.args:
            if isinstance(argument, gast.Starred):
                self.refuse(argument, "a starred argument is not supported", "write the arguments out")
        for keyword in node.keywords:
            if keyword.arg is None:
                self.refuse(keyword.value, "`**` in a call is not supported", "write the arguments out")
        meaning = self.static(node.func)
        if isinstance(meaning, Named):
            return self.library_call(meaning.key, node)
        if isinstance(meaning, (FunctionSource, Closure)):
            return self.user_call(meaning, node)
        if isinstance(meaning, Refused):
            self.unresolved(node.func, meaning.message, meaning.hint)
        if isinstance(node.func, gast.Attribute) and not isinstance(meaning, UserModule):
            return self.method_call(node)
        if isinstance(node.func, gast.Call):
            self.expression(node.func)  # what it calls may be what is refused
        if isinstance(node.func, gast.Name) and not isinstance(meaning, Variable):
            self.lookup(node.func.id, node.func)
        what = self.text.segment(node.func)
        self.refuse(node.func, f"{what} is called, but it is not a function known here",
                    "call a function that is defined in a module, or one of NumPy or math")

    # ------------------------------------------------------------------ primitives

    def library_call(self, key: str, node: Any) -> Atom:
        """A call of a built-in or library function."""
        if key in library.ITERATION_ONLY:
            self.refuse(node, f"{key}() outside the head of a for loop is not supported", library.ITERATION_ONLY[key])
        if key in ("list", "tuple"):
            return self.conversion(key, node)
        if key == "divmod" and len(node.args) == 2 and not node.keywords:
            operands = [self.expression(a) for a in node.args]
            return self.apply("tuple", [self.apply(p, operands, node) for p in ("floordiv", "mod")], node)
        if library.is_exception(key) and not node.keywords:
            return self.apply("exception", [self.expression(a) for a in node.args], node, {"name": key, "called": True})
        prim = library.primitive(key, self.table)
        if prim is None:
            self.unknown(key, node.func)
        args = [self.expression(a) for a in node.args]
        if key == "slice" and len(args) < 3:
            # slice(stop), slice(start, stop): the defaults are on both sides.
            start = [Const(None)] if len(args) == 1 else []
            args = [*start, *args, Const(None)]
        keywords = {k.arg: self.expression(k.value) for k in node.keywords}
        return self.primitive_call(prim, key, args, keywords, node)

    def unknown(self, key: str, node: Any) -> NoReturn:
        if "." not in key:
            self.refuse(node, f"the built-in {key}() is not supported", "compute it before, and pass the result")
        if key.startswith("np.random."):
            self.refuse(node, f"{key} is not known to s2sad", _RANDOM)
        self.refuse(node, f"{key} is not known to s2sad",
                    "write it in terms of functions that are; what does not depend on the inputs can be passed in")

    def conversion(self, key: str, node: Any) -> Atom:
        """``list()``, ``list((a, b))``; a conversion of an unknown sequence is refused."""
        if not node.args and not node.keywords:
            return self.apply(key, [], node)
        argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if isinstance(argument, (gast.Tuple, gast.List)):
            return self.apply(key, [self.expression(e) for e in argument.elts], node)
        if isinstance(argument, gast.ListComp) and key == "list":
            return self.expression(argument)
        self.refuse(node, f"{key}() of a sequence is not supported", "append the elements in a loop")

    def primitive_call(self, prim: str, key: str, args: list[Atom], keywords: dict[str, Atom], node: Any) -> Atom:
        """Append a primitive with its operands in signature order."""
        signature = self.table.signature(prim)
        try:
            atoms = bind_primitive(signature, key, args, keywords)
        except ArgumentError as error:
            self.refuse(node, str(error), f"s2sad knows it as {described(signature, key)}")
        if prim in ("append", "pop") and any(atoms[0] in loop.over for loop in self.loops):
            self.refuse(node, "a list changes its length while a loop runs over it", "loop over `range(n)`, or build "
                        "another list")
        if signature.results == 1:
            return self.apply(prim, atoms, node)
        results = [Value() for _ in range(signature.results)]
        self.emit(Apply(prim, atoms, results), node)
        return self.apply("tuple", list(results), node) if results else Const(None)

    def method_call(self, node: Any) -> Atom:
        """``x.sum(axis=0)`` on a value."""
        name = node.func.attr
        if name == "format" and isinstance(node.func.value, gast.Constant) and isinstance(node.func.value.value, str):
            return self.format_call(node.func.value.value, node)
        if name in METHODS:
            self.refuse(node.func, f"the method .{name}() is not supported", METHODS[name])
        candidates = library.METHODS.get(name, (f"np.{name}",) if name in library.SAME_NAME else ())
        prim = next((p for c in candidates if (p := library.primitive(c, self.table))), None)
        receiver = self.expression(node.func.value)
        if prim is None and name not in ("flatten", "fill"):
            self.refuse(node.func, f"the method .{name}() is not known to s2sad",
                        _RANDOM if name in _DRAWS else "use operators and NumPy functions, or call a function of yours")
        args = [self.expression(a) for a in node.args]
        keywords = {k.arg: self.expression(k.value) for k in node.keywords}
        if name in library.SPREAD and len(args) > 1:
            args = [self.apply("tuple", args, node)]
        if prim is None:
            return self.composed_method(name, receiver, args, node)
        return self.primitive_call(prim, f".{name}", [receiver, *args], keywords, node)

    def format_call(self, template: str, node: Any) -> Atom:
        """``"{:.3f}".format(x)``, which is also how f-strings are written out."""
        try:
            fields = [(name, spec) for _, name, spec, _ in string.Formatter().parse(template) if name is not None]
        except ValueError as error:
            self.refuse(node, f"the format string is wrong: {error}", "correct it")
        if any(name or "{" in (spec or "") for name, spec in fields) or node.keywords or len(fields) != len(node.args):
            self.refuse(node, "this use of .format() is not supported", "write an f-string")
        return self.apply("format", [self.expression(a) for a in node.args], node, {"template": template})

    def composed_method(self, name: str, receiver: Atom, args: list[Atom], node: Any) -> Atom:
        """Methods written with other primitives."""
        if name == "fill" and len(args) == 1:
            whole = self.apply("slice", [Const(None), Const(None), Const(None)], node)
            self.effect("setitem", [receiver, whole, args[0]], node)
            return Const(None)
        copy = library.primitive("np.copy", self.table)
        if name == "flatten" and not args and "np.ravel" in self.table and copy is not None:
            flat = self.primitive_call("np.ravel", ".ravel", [receiver], {}, node)
            return self.primitive_call(copy, ".copy", [flat], {}, node)
        self.refuse(node.func, f"these arguments of .{name}() are not supported", "use a subscript")

    # ------------------------------------------------------------------ the user's functions

    def user_call(self, function: FunctionSource | Closure, node: Any) -> Atom:
        """A call of a user function; arguments that are functions specialise it."""
        source = function.source if isinstance(function, Closure) else function
        helper = self.helper(source)
        if helper is not None:
            args = [self.expression(a) for a in node.args]
            return self.primitive_call(helper, source.name, args,
                                       {k.arg: self.expression(k.value) for k in node.keywords}, node)
        params = parameters(source)
        try:
            matched = match(params, len(node.args), [k.arg for k in node.keywords], source.name)
        except ArgumentError as error:
            where = f"line {source.node.lineno} of {source.text.file}"
            self.refuse(node, str(error), f"{source.name} is defined in {where}")
        captured: list[str] = []
        atoms: list[Atom] = []
        statics: dict[str, Meaning] = {}
        if isinstance(function, Closure):
            captured, atoms, statics = self.close(function, node)
        given = self.arguments(node)
        values: list[Atom] = []
        for parameter, place in zip(params, matched):
            argument = default_of(parameter) if place is None else given[place]
            if isinstance(argument, Meaning):
                more, extra, statics[parameter.name] = self.hand_over(parameter.name, argument, node)
                captured, atoms = captured + more, atoms + extra
            else:
                values.append(argument)
        parent = self.key if isinstance(function, Closure) else None
        key = self.reader.request(source, tuple(captured), statics, parent)
        result = Value()
        self.emit(Call(key, [*atoms, *values], [result]), node)
        return result

    def arguments(self, node: Any) -> dict[int | str, Any]:
        """The arguments of a call by position or keyword, evaluated in order; functions stay static."""
        given: dict[int | str, Any] = {}
        pairs: list[tuple[int | str, Any]] = [*enumerate(node.args), *((k.arg, k.value) for k in node.keywords)]
        for key, argument in pairs:
            meaning = self.static(argument)
            function = isinstance(meaning, _FUNCTIONS) and not self.is_constant(meaning)
            given[key] = meaning if function else self.expression(argument)
        return given

    def is_constant(self, meaning: Meaning | None) -> bool:
        return isinstance(meaning, Named) and (library.constant_type(meaning.key) is not None
                                               or meaning.key == "np.newaxis")

    def is_value(self, meaning: Meaning) -> bool:
        """Whether a static meaning is read as data (or refused) where it is used as a value."""
        return isinstance(meaning, (Variable, Refused)) or self.is_constant(meaning)

    def close(self, closure: Closure, node: Any, active: tuple[Closure, ...] = ()
              ) -> tuple[list[str], list[Atom], dict[str, Meaning]]:
        """The names, present values and functions that a closure captures."""
        if closure.cells is not None:
            values = [self.captured_value(cell, node) for cell in closure.cells.values()]
            return list(closure.cells), values, dict(closure.statics)
        if closure in active:
            self.refuse(node, f"the inner functions {closure.name!r} and {active[-1].name!r} call each other",
                        "define them at the top level of the module")
        names: list[str] = []
        atoms: list[Atom] = []
        statics: dict[str, Meaning] = {}
        for name in closure.free:
            binding = self.env.get(name)
            if binding is closure:
                continue
            if isinstance(binding, Meaning):
                more, extra, statics[name] = self.hand_over(name, binding, node, (*active, closure))
                names, atoms = names + more, atoms + extra
            else:
                names.append(name)
                atoms.append(self.captured_value(name, node))
        return names, atoms, statics

    def captured_value(self, name: str, node: Any) -> Atom:
        binding = self.env.get(name)
        if binding is None or isinstance(binding, Undefined):
            self.unresolved(node, f"the variable {name!r}, which the function called reads, has no value yet",
                            f"assign {name!r} before the call")
        self.certain(binding, name, node)
        return self.value_of(binding, node)

    def hand_over(self, name: str, meaning: Meaning, node: Any, active: tuple[Closure, ...] = ()
                  ) -> tuple[list[str], list[Atom], Meaning]:
        """Pass a function to another function as `name`, with what it captures under ``name.…``."""
        if not isinstance(meaning, Closure):
            return [], [], meaning
        names, atoms, statics = self.close(meaning, node, active)
        cells = {n: f"{name}.{n}" for n in names}
        return list(cells.values()), atoms, Closure(meaning.source, meaning.free, cells, statics)

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
