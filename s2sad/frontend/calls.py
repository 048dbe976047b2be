"""Calls: of primitives (built-ins, library functions, methods) and of the user's functions.

::

    y = np.sum(x, axis=0)    # y = np.sum(x, 0, False)          bound by the row's signature
    y = x.sum(axis=0)        # the same
    y = helper(b=2.0, a=x)   # y = call helper(x, 2.0)          bound by the function's parameters
"""

from __future__ import annotations

from typing import Any, NoReturn

import gast

from s2sad.frontend import library
from s2sad.frontend.derivatives import OPERATORS
from s2sad.frontend.functions import STRUCTURES
from s2sad.frontend.meanings import (
    Choice,
    Closure,
    Computed,
    DataClass,
    Display,
    FunctionSource,
    ItemsOf,
    Meaning,
    Named,
    Partial,
    Property,
    Refused,
    UserModule,
    UserObject,
    Variable,
)
from s2sad.frontend.members import member, part
from s2sad.frontend.nodes import load, placed
from s2sad.frontend.parameters import ArgumentError, bind_primitive, described
from s2sad.frontend.records import Records
from s2sad.frontend.refusals import METHODS
from s2sad.frontend.tracer import Binding, Given
from s2sad.frontend.usercalls import UserCalls, is_super
from s2sad.ir.operators import NAMES
from s2sad.ir.trace import Apply, Atom, Const, Value, walk
from s2sad.ir.types import UNKNOWN

_DRAWS = frozenset({"normal", "standard_normal", "uniform", "random", "integers", "choice", "exponential", "poisson",
                    "gamma", "beta", "permutation", "shuffle", "multivariate_normal"})
_RANDOM = "draw the random numbers outside, and pass them as an argument"


class Calls(UserCalls, Records):
    """Lowers call expressions."""

    def expression_Call(self, node: Any) -> Atom:
        return self.value_of(self.call(node), node)

    def call(self, node: Any) -> Binding:
        """What a call returns, which may be a function."""
        node = self.with_receiver(self.of_object(node))
        meaning = self.static(node.func)
        record = self.record_call(meaning, node)
        if record is not None:
            if isinstance(meaning, DataClass) and meaning.members is not None and isinstance(record, Value):
                self.class_of[record] = meaning
            return record
        if isinstance(meaning, Named) and meaning.key not in library.FUNCTIONAL and not self.passed_on(node):
            return self.library_call(meaning.key, node)
        if meaning is None and isinstance(node.func, (gast.Call, gast.Subscript, gast.IfExp, gast.Lambda)):
            meaning = self.operand(node.func)
        if isinstance(meaning, Computed):
            meaning = self.evaluated(meaning, node.func)
        if isinstance(meaning, Property):
            meaning = self.call_function(meaning.function, Given(), node)
        if isinstance(meaning, (Named, FunctionSource, Closure, Partial, Choice, UserObject)):
            return self.call_function(meaning, self.arguments(node), node)
        if isinstance(meaning, Refused):
            self.unresolved(node.func, meaning.message, meaning.hint)
        if isinstance(node.func, gast.Attribute) and not isinstance(meaning, UserModule):
            holder = self.static(node.func.value)
            if isinstance(holder, Display):
                return self.display_method(holder, node.func.attr, node)
            return self.method_call(node)
        if isinstance(node.func, gast.Name) and not isinstance(meaning, (Variable, Display)):
            self.lookup(node.func.id, node.func)
        what = self.text.segment(node.func)
        self.refuse(node.func, f"{what} is called, but it is not a function known here",
                    "call a function that is defined in a module, or one of NumPy or math")

    def passed_on(self, node: Any) -> bool:
        """Whether a function that is a value is called with starred arguments."""
        stars = any(isinstance(a, gast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
        return stars and isinstance(node.func, gast.Name) and node.func.id in self.env

    def of_object(self, node: Any) -> Any:
        """``layer(x)`` of an object of a known class is ``layer.__call__(x)``."""
        cls = self.class_at(node.func)
        if cls is None or member(cls, "__call__", Const(None)) is None:
            return node
        method = placed(gast.Attribute(value=node.func, attr="__call__", ctx=gast.Load()), node.func)
        return placed(gast.Call(func=method, args=node.args, keywords=node.keywords), node)

    def class_at(self, node: Any) -> Meaning | None:
        """The class of the object that a name, a field of it, or an item is known to be."""
        if isinstance(node, gast.Name):
            this = self.env.get(node.id)
            return self.class_of.get(this) if isinstance(this, Value) else None
        holder = self.class_at(node.value) if isinstance(node, (gast.Attribute, gast.Subscript)) else None
        if isinstance(node, gast.Subscript):
            return holder.cls if isinstance(holder, ItemsOf) and not isinstance(node.slice, gast.Slice) else None
        return None if holder is None else part(holder, node.attr)

    def with_receiver(self, node: Any) -> Any:
        """A call of a method of one of several objects, or of one in a field, with the object evaluated."""
        if not isinstance(node.func, gast.Attribute):
            return node
        holder = node.func.value
        sides = [holder.body, holder.orelse] if isinstance(holder, gast.IfExp) else [holder]
        made = isinstance(holder, gast.Call) and not is_super(holder) and self.makes_object(holder)
        held = isinstance(holder, (gast.Attribute, gast.Subscript)) and self.class_at(holder) is not None
        several = any((isinstance(s, gast.Subscript) and isinstance(self.static(s.value), Display))
                      or (isinstance(holder, gast.IfExp) and isinstance(self.static(s), UserObject)) for s in sides)
        if not made and not held and not several:
            return node
        known = load("<object>", holder)
        found = self.operand(holder)
        if isinstance(found, Meaning):
            known.meaning = found
        else:
            self.env["<object>"] = found
        method = placed(gast.Attribute(value=known, attr=node.func.attr, ctx=gast.Load()), node.func)
        return placed(gast.Call(func=method, args=node.args, keywords=node.keywords), node)

    def makes_object(self, node: Any) -> bool:
        """Whether a call is of a class, or of a method of an object of a known class."""
        meaning = self.static(node.func)
        if isinstance(node.func, gast.Attribute) and isinstance(node.func.value, gast.Call):
            return self.makes_object(node.func.value)
        return isinstance(meaning, (DataClass, FunctionSource, Partial, Closure))

    def apply_named(self, key: str, given: Given, node: Any) -> Binding:
        """A library function by its key, with arguments that are evaluated."""
        if key == "functools.partial":
            return self.partial(given, node)
        if key == "functools.reduce":
            return self.reduce(given, node)
        if key in OPERATORS:
            return self.differentiated(key, given, node)
        args, keywords = self.plain(given, node)
        prim = library.primitive(key, self.table)
        if prim is None or key in ("list", "tuple", "slice"):
            self.unknown(key, node.func)
        return self.primitive_call(prim, key, args, keywords, node)

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
        if key == "np.where" and len(node.args) == 1 and not node.keywords:
            key = "np.nonzero"
        prim = library.primitive(key, self.table)
        if prim is None:
            self.unknown(key, node.func)
        given = self.arguments(node)
        if len(given.args) == 1 and isinstance(given.args[0], Display):
            if key == "len":
                return Const(len(given.args[0].items))
            if key == "sum" and not given.args[0].items and not given.keywords:
                return Const(0)
            if key == "sum" and given.args[0].plain:
                given.args[0] = self.apply("list", list(given.args[0].items), node)
        args, keywords = self.plain(given, node)
        if key == "slice" and len(args) < 3:
            # slice(stop), slice(start, stop): the defaults are on both sides.
            start = [Const(None)] if len(args) == 1 else []
            args = [*start, *args, Const(None)]
        return self.primitive_call(prim, key, args, keywords, node)

    def unknown(self, key: str, node: Any) -> NoReturn:
        if "." not in key:
            self.refuse(node, f"the built-in {key}() is not supported", "compute it before, and pass the result")
        if key.startswith("np.random."):
            self.refuse(node, f"{key} is not known to s2sad", _RANDOM)
        if key.startswith("s2sad."):
            self.refuse(node, f"{key} is not known in a function that is read",
                        f"of s2sad, only {', '.join(NAMES)} and differentiate are known there")
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
        if name in METHODS:
            self.refuse(node.func, f"the method .{name}() is not supported", METHODS[name])
        candidates = library.METHODS.get(name, (f"np.{name}",) if name in library.SAME_NAME else ())
        prim = next((p for c in candidates if (p := library.primitive(c, self.table))), None)
        receiver = self.expression(node.func.value)
        if prim is None and name != "flatten":
            hint = _RANDOM if name in _DRAWS else "use operators and NumPy functions, or call a function of yours"
            if self.source.defaults is not None and receiver in self.parameter_values and receiver.type == UNKNOWN:
                # An argument may be an object with this method: that shows when the function is called.
                return self.apply("method", [receiver], node.func, {"name": name, "_hint": hint})
            self.refuse(node.func, f"the method .{name}() is not known to s2sad", hint)
        given = self.arguments(node)
        if name == "append" and len(given.args) == 1 and isinstance(given.args[0], STRUCTURES):
            return self.first_function(receiver, given.args[0], node)
        args, keywords = self.plain(given, node)
        if name in library.SPREAD and len(args) > 1:
            args = [self.apply("tuple", args, node)]
        if prim is None:
            return self.composed_method(name, receiver, args, node)
        return self.primitive_call(prim, f".{name}", [receiver, *args], keywords, node)

    def first_function(self, receiver: Atom, function: Binding, node: Any) -> Atom:
        """A function is appended to an empty list, which becomes a list of functions."""
        made = isinstance(receiver, Value) and self.empty.get(receiver) is self.block
        if not made or any(receiver in op.operands() for op in walk(self.block)):
            self.refuse(node, "a list of functions grows in a loop, a branch or another function",
                        "write the list out, or append to it where it is made")
        display = Display("list", (function,), None, self.block)
        self.env.update({n: display for n, b in self.env.items() if b is receiver})
        return Const(None)

    def composed_method(self, name: str, receiver: Atom, args: list[Atom], node: Any) -> Atom:
        """Methods written with other primitives."""
        copy = library.primitive("np.copy", self.table)
        if name == "flatten" and not args and "np.ravel" in self.table and copy is not None:
            flat = self.primitive_call("np.ravel", ".ravel", [receiver], {}, node)
            return self.primitive_call(copy, ".copy", [flat], {}, node)
        self.refuse(node.func, f"these arguments of .{name}() are not supported", "use a subscript")
