"""Expressions: one operation for each operator, call, subscript and attribute, in evaluation order.

``a and b``, ``x if c else y`` and chained comparisons evaluate lazily, so they become an `If` with one
unnamed result::

    lo < f(x) < hi     w0 = call f(x)
                       w1 = lt(lo, w0)
                       if w1: w2 = lt(w0, hi); yield w2
                       else: yield w1
                       -> w3
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend import library
from s2sad.frontend.calls import Calls
from s2sad.frontend.functions import NOTHING
from s2sad.frontend.liveness import COMPREHENSIONS, assigns
from s2sad.frontend.meanings import Choice, Computed, Display, Meaning, Named, Property, Refused, UserObject, Variable
from s2sad.frontend.names import attribute
from s2sad.frontend.refusals import refusal
from s2sad.frontend.tracer import Binding, Given
from s2sad.ir.trace import Atom, Const, Value

BINARY = {
    gast.Add: "add", gast.Sub: "sub", gast.Mult: "mul", gast.Div: "truediv", gast.FloorDiv: "floordiv",
    gast.Mod: "mod", gast.Pow: "pow", gast.MatMult: "matmul", gast.BitAnd: "bitand", gast.BitOr: "bitor",
    gast.BitXor: "bitxor", gast.LShift: "lshift", gast.RShift: "rshift",
}
UNARY = {gast.USub: "neg", gast.UAdd: "pos", gast.Invert: "invert", gast.Not: "not"}
COMPARE = {
    gast.Lt: "lt", gast.LtE: "le", gast.Gt: "gt", gast.GtE: "ge", gast.Eq: "eq", gast.NotEq: "ne", gast.Is: "is",
    gast.IsNot: "is_not", gast.In: "in", gast.NotIn: "not_in",
}
ATTRIBUTES = {"shape": "shape", "size": "size", "ndim": "ndim", "dtype": "dtype", "real": "np.real", "imag": "np.imag"}
# Expressions whose value may be a function, and the method that lowers them.
_MAYBE_FUNCTIONS = {gast.Call: "call", gast.IfExp: "chosen", gast.Tuple: "display", gast.List: "display",
                    gast.Dict: "dictionary", gast.Subscript: "item", gast.ListComp: "comprehended",
                    gast.BinOp: "binary", gast.NamedExpr: "walrus"}


class Expressions(Calls):
    """Lowers expressions to atoms."""

    def expression(self, node: Any) -> Atom:
        lower: Callable[[Any], Atom] | None = getattr(self, f"expression_{type(node).__name__}", None)
        if lower is None:
            self.refuse(node, *refusal(node))
        if isinstance(node, COMPREHENSIONS) and assigns(node):
            self.refuse(node, "an assignment expression in a comprehension is not supported here", "write a loop")
        return lower(node)

    statics: dict[str, Any]

    def operand(self, node: Any) -> Binding:
        """An expression whose value may be a function, or hold functions."""
        if isinstance(node, (gast.Name, gast.Attribute)):
            meaning = self.static(node)
            if isinstance(meaning, Computed):
                return self.evaluated(meaning, node)
            if isinstance(meaning, Property):
                return self.call_function(meaning.function, Given(), node)
            if meaning is None and isinstance(node, gast.Attribute):
                several = self.static(node.value)
                if isinstance(several, Choice) and all(isinstance(o, UserObject) for o in several.options.values()):
                    found = {k.value: attribute(o, node.attr) for k, o in several.options.items()}
                    return self.attribute_of_one(several.tag, found, node)
            return meaning if meaning is not None and not self.is_value(meaning) else self.expression(node)
        if isinstance(node, gast.Lambda):
            return self.closure("function", node)
        lower = _MAYBE_FUNCTIONS.get(type(node))
        return self.expression(node) if lower is None else getattr(self, lower)(node)

    def attribute_of_one(self, tag: Atom, found: dict[Any, Meaning | None], node: Any) -> Binding:
        """An attribute of one of several objects."""
        if all(isinstance(m, Variable) for m in found.values()) and list(found) == list(range(len(found))):
            return self.among(tag, found, node)
        (key, first), *rest = found.items()

        def read() -> Binding:
            if isinstance(first, Property):
                return self.call_function(first.function, Given(), node)
            if first is None or isinstance(first, Refused):
                self.refuse(node, f"not each of these objects has the attribute {node.attr!r}", "give it to all")
            return self.value_of(first, node) if isinstance(first, Variable) else first

        if not rest:
            return read()
        test = self.apply("eq", [tag, Const(key)], node)
        return self.merged(test, read, lambda: self.attribute_of_one(tag, dict(rest), node), node)

    # ------------------------------------------------------------------ atoms

    def expression_Constant(self, node: Any) -> Atom:
        if isinstance(node.value, bytes):
            self.refuse(node, "a bytes literal is not supported", "use a string")
        return Const(node.value)

    def expression_Name(self, node: Any) -> Atom:
        binding = self.lookup(node.id, node)
        if isinstance(binding, Named):
            return self.library_value(binding.key, node)
        return self.value_of(binding, node)

    def library_value(self, key: str, node: Any) -> Atom:
        """``np.pi`` or ``np.float32`` as a value."""
        if key == "np.newaxis":
            return Const(None)
        constant = library.constant_type(key)
        if constant is not None:
            return self.apply("constant", [], node, {"name": key}, constant)
        if library.is_exception(key):
            return self.apply("exception", [], node, {"name": key, "called": False})
        if library.primitive(key, self.table) or key in library.ITERATION_ONLY:
            self.refuse(node, f"the function {key} is used as a value", "call it, or pass it to a function of yours")
        return self.unknown(key, node)

    def expression_Attribute(self, node: Any) -> Atom:
        meaning = self.static(node)
        if isinstance(meaning, Named):
            return self.library_value(meaning.key, node)
        if isinstance(meaning, Refused):
            self.unresolved(node, meaning.message, meaning.hint)
        if isinstance(meaning, Property) or isinstance(self.static(node.value), Choice):
            return self.value_of(self.operand(node), node)
        if meaning is not None:
            return self.value_of(meaning, node)
        if node.attr == "T":
            value = self.expression(node.value)
            return self.also_field(self.primitive_call("np.transpose", ".T", [value], {}, node), "T")
        prim = ATTRIBUTES.get(node.attr)
        if prim is None or prim not in self.table:
            return self.field(node)
        result = self.primitive_call(prim, f".{node.attr}", [self.expression(node.value)], {}, node)
        return self.also_field(result, node.attr)

    # ------------------------------------------------------------------ operators

    def expression_BinOp(self, node: Any) -> Atom:
        if isinstance(node.op, gast.Mult):
            for display, count in ((node.left, node.right), (node.right, node.left)):
                if isinstance(display, gast.List) and len(display.elts) == 1 and display is not count:
                    return self.repeated(display.elts[0], count, display is node.left, node)
        left = self.expression(node.left)
        return self.apply(BINARY[type(node.op)], [left, self.expression(node.right)], node)

    def repeated(self, item: Any, count: Any, item_first: bool, node: Any) -> Atom:
        """``[c] * n``."""
        if item_first:
            first = self.expression(item)
            return self.apply("list_repeat", [first, self.expression(count)], node)
        n = self.expression(count)
        return self.apply("list_repeat", [self.expression(item), n], node)

    def expression_UnaryOp(self, node: Any) -> Atom:
        operand = self.expression(node.operand)
        if isinstance(node.op, gast.USub) and isinstance(operand, Const) and isinstance(node.operand, gast.Constant):
            value = operand.value
            if isinstance(value, (int, float, complex)) and not isinstance(value, bool):
                return Const(-value)
        result = self.apply(UNARY[type(node.op)], [operand], node)
        if isinstance(node.op, gast.Not):
            self.unset.negations[result] = operand
        return result

    def expression_BoolOp(self, node: Any) -> Atom:
        stop_if_true = isinstance(node.op, gast.Or)

        def rest(k: int) -> Atom:
            value = self.expression(node.values[k])
            if k + 1 == len(node.values):
                return value
            if stop_if_true:
                return self.conditional(value, lambda: value, lambda: rest(k + 1), node)
            return self.conditional(value, lambda: rest(k + 1), lambda: value, node)

        return rest(0)

    def expression_Compare(self, node: Any) -> Atom:
        known = self.compared(node)
        if known is not None:
            return known

        def rest(left: Atom, k: int) -> Atom:
            right = self.expression(node.comparators[k])
            result = self.apply(COMPARE[type(node.ops[k])], [left, right], node)
            if k + 1 == len(node.ops):
                return result
            return self.conditional(result, lambda: rest(right, k + 1), lambda: result, node)

        return rest(self.expression(node.left), 0)

    def compared(self, node: Any) -> Atom | None:
        """``f is None`` of a function, ``"a" in d`` of a dict of functions; None for anything else."""
        if len(node.ops) > 1:
            return None
        (op,), (right,) = node.ops, node.comparators
        holder, function = self.static(right), self.static(node.left)
        if isinstance(op, (gast.In, gast.NotIn)) and isinstance(holder, Display) and holder.keys is not None:
            key = self.expression(node.left)
            if isinstance(key, Const):
                return Const((key.value in holder.keys) == isinstance(op, gast.In))
            keys = self.apply("tuple", [Const(k) for k in holder.keys], node)
            return self.apply(COMPARE[type(op)], [key, keys], node)
        none = isinstance(right, gast.Constant) and right.value is None
        maybe = isinstance(function, Choice) and NOTHING in function.options.values()
        if isinstance(op, (gast.Is, gast.IsNot)) and none and self.is_function(function) and not maybe:
            return Const(isinstance(op, gast.IsNot))
        absent = [k for k, o in function.options.items() if o is NOTHING] if isinstance(function, Choice) else []
        if isinstance(op, (gast.Is, gast.IsNot)) and none and absent:
            assert isinstance(function, Choice)
            return self.apply("eq" if isinstance(op, gast.Is) else "ne", [function.tag, absent[0]], node)
        bound = self.env.get(node.left.id) if isinstance(node.left, gast.Name) else None
        if isinstance(op, (gast.Is, gast.IsNot)) and none and isinstance(bound, Const) and node.left.id in self.statics:
            return Const((bound.value is None) == isinstance(op, gast.Is))
        return None

    def expression_IfExp(self, node: Any) -> Atom:
        return self.value_of(self.chosen(node), node)

    def truth(self, node: Any) -> bool | None:
        """Whether a name is an empty container whose items are known, or a flag; None for anything else."""
        if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
            inner = self.truth(node.operand)
            return None if inner is None else not inner
        known = self.env.get(node.id) if hasattr(node, "flag") else None
        if isinstance(known, Const):
            return bool(known.value)
        holder = self.static(node) if isinstance(node, gast.Name) else None
        return bool(holder.items) if isinstance(holder, Display) else None

    def binary(self, node: Any) -> Binding:
        """``fs + [g]`` and ``[f] * 2`` of functions; any other operation of two values."""
        sides = [node.left, node.right]
        known = any(isinstance(self.static(s), Display) for s in sides if isinstance(s, gast.Name)) or any(
            isinstance(e, gast.Lambda) or self.is_function(self.static(e))
            for s in sides if isinstance(s, (gast.List, gast.Tuple)) for e in s.elts)
        if not known or not isinstance(node.op, (gast.Add, gast.Mult)):
            return self.expression(node)
        left, right = self.operand(node.left), self.operand(node.right)
        first, second = self.items_of(left), self.items_of(right)
        kind = next(b.kind for b in (left, right) if isinstance(b, Display))
        if isinstance(node.op, gast.Add) and first is not None and second is not None:
            return Display(kind, (*first, *second), None, self.block)
        items, count = (first, right) if first is not None else (second, left)
        times = count.value if isinstance(count, Const) else None
        if items is not None and isinstance(node.op, gast.Mult) and type(times) is int:
            return Display(kind, tuple(items) * times, None, self.block)
        self.refuse(node, "this operation on a list of functions is not supported", "write the list out")

    def decided(self, test: Atom, node: Any) -> bool | None:
        """What a condition on functions is, which is known here; None for all others."""
        return bool(test.value) if isinstance(test, Const) and isinstance(node, gast.Compare) else None

    def chosen(self, node: Any) -> Binding:
        """``f if c else g``, of values or functions."""
        known = self.truth(node.test)
        if known is None:
            test = self.expression(node.test)
            known = self.decided(test, node.test)
        if known is not None:
            return self.operand(node.body if known else node.orelse)
        return self.merged(test, lambda: self.operand(node.body), lambda: self.operand(node.orelse), node)

    def expression_NamedExpr(self, node: Any) -> Atom:
        return self.value_of(self.walrus(node), node)

    def walrus(self, node: Any) -> Binding:
        """``(name := value)``."""
        value = self.operand(node.value)
        self.bind(node.target.id, value)
        return value

    def conditional(self, test: Atom, then: Callable[[], Atom], orelse: Callable[[], Atom], node: Any) -> Value:
        """An `If` with one unnamed result."""
        result: Value = self.merged(test, then, orelse, node)
        return result

    # ------------------------------------------------------------------ containers and subscripts

    def expression_Tuple(self, node: Any) -> Atom:
        return self.value_of(self.display(node), node)

    def expression_List(self, node: Any) -> Atom:
        return self.value_of(self.display(node), node)

    def display(self, node: Any) -> Binding:
        """A tuple or list; with functions in it, one that is known item by item."""
        kind = "list" if isinstance(node, gast.List) else "tuple"
        return self.built(kind, self.operands(node.elts, node), node)

    def built(self, kind: str, items: list[Binding], node: Any) -> Binding:
        """A tuple or list of these items."""
        if any(isinstance(i, Meaning) for i in items):
            return Display(kind, tuple(items), None, self.block)
        made = self.apply(kind, items, node)
        if kind == "list":
            self.lists[made] = items
            if not items:
                self.empty[made] = self.block
        return made

    def expression_Dict(self, node: Any) -> Atom:
        return self.value_of(self.dictionary(node), node)

    def dictionary(self, node: Any) -> Binding:
        """A dict of functions, by keys that are written out."""
        if not any(self.is_function(self.static(v)) or isinstance(v, gast.Lambda) for v in node.values):
            return self.dict_display(node)
        keys = [None if k is None else self.expression(k) for k in node.keys]
        if not all(isinstance(k, Const) for k in keys):
            self.refuse(node, "a dict of functions whose keys are not written out is not supported", "use `if`")
        items = [self.operand(v) for v in node.values]
        found = {k.value: item for k, item in zip(keys, items) if isinstance(k, Const)}
        return Display("dict", tuple(found.values()), tuple(found), self.block)

    def expression_Subscript(self, node: Any) -> Atom:
        return self.value_of(self.item(node), node)

    def item(self, node: Any) -> Binding:
        """``x[k]``, which may be a function."""
        holder = self.operand(node.value)
        if not isinstance(holder, Display):
            return self.apply("getitem", [self.value_of(holder, node.value), self.index(node.slice)], node)
        if isinstance(node.slice, gast.Slice):
            bounds: list[Any] = [None if p is None else self.expression(p)
                                 for p in (node.slice.lower, node.slice.upper, node.slice.step)]
            if holder.keys is not None or not all(b is None or isinstance(b, Const) for b in bounds):
                self.refuse(node, "this slice of functions is not supported", "write its bounds out")
            part = slice(*(None if b is None else b.value for b in bounds))
            return Display(holder.kind, holder.items[part], None, self.block)
        return self.select(holder, self.index(node.slice), node.value)

    def index(self, node: Any) -> Atom:
        """The operand for a subscript's index."""
        if isinstance(node, gast.Slice):
            parts = [Const(None) if p is None else self.expression(p) for p in (node.lower, node.upper, node.step)]
            return self.apply("slice", parts, node)
        if isinstance(node, gast.Tuple):
            return self.apply("tuple", [self.index(e) for e in node.elts], node)
        return self.expression(node)

