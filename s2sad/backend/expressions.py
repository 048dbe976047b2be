"""Operations as Python expressions.

::

    w0 = math.sin(a)   (inline)
    w1 = mul(b, w0)    (inline)      ->      b * sin(a) + 2.0
    w2 = add(w1, 2.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.backend import nodes
from s2sad.backend.context import Context
from s2sad.backend.names import Names
from s2sad.backend.nodes import Node
from s2sad.backend.records import printers
from s2sad.errors import InternalError
from s2sad.ir.signature import REQUIRED, Signature
from s2sad.ir.trace import Apply, Atom, Block, Call, Const, If, Op, Undefined, Value
from s2sad.ir.types import BOOL, SLICE, ListType, Num, TupleType

# Libraries whose functions take optional arguments by position as naturally.
_POSITIONAL = ("", "math", "cmath", "helper")
# Operations that make whole numbers of whole numbers.
_WHOLE = ("add", "sub", "mul", "neg", "floordiv", "mod")
# Primitives that are methods of their first operand.
METHODS = {"pop": "pop", "pop_at": "pop", "index_of": "index", "count_of": "count", "append": "append",
           "insert": "insert", "reverse": "reverse"}
_ATTRIBUTES = ("shape", "size", "ndim", "dtype")


class Expressions:
    """Prints the operations of one function; `names` says how its values are called."""

    def __init__(self, names: Names, context: Context) -> None:
        self.names = names
        self.context = context
        self.op = names.definitions.op
        self.special: dict[str, Callable[[Apply], Node]] = {
            "getitem": self._getitem, "slice": self._slice, "tuple": self._tuple, "list": self._list,
            "list_repeat": self._list_repeat, "select": self._select, "global": self._global,
            "read_global": self._global,
            "constant": self._constant, "format": self._format, "np.transpose": self._transpose,
            "copy": self._copy, "own": self._copy, "assign": self._same, "recall": self._same,
            **printers(self.atom, context),
            "is_sequence": self._is_sequence, "exception": self._exception,
            "caught_as": self._caught_as,
            "astype": self._astype, **dict.fromkeys(METHODS, self._method),
            "list_of": self._conversion, "tuple_of": self._conversion,
        }

    # ------------------------------------------------------------------ operands

    def atom(self, atom: Atom) -> Node:
        if isinstance(atom, Const):
            return nodes.literal(atom.value)
        if isinstance(atom, Undefined):
            raise InternalError("an undefined operand would be printed", function=self.names.function.name)
        if atom.inline:
            return self.operation(self.op[atom])
        return nodes.load(self.names[atom])

    def index(self, atom: Atom) -> Node:
        """What stands between the brackets of a subscript."""
        definition = self.op.get(atom) if isinstance(atom, Value) and atom.inline else None
        if isinstance(definition, Apply) and definition.prim == "slice":
            lower, upper, step = (None if _none(a) else self.atom(a) for a in definition.args)
            return gast.Slice(lower=lower, upper=upper, step=step)
        if isinstance(definition, Apply) and definition.prim == "tuple":
            return nodes.sequence([self.index(a) for a in definition.args])
        return self.atom(atom)

    def basic(self, atom: Atom) -> bool:
        """Whether an index is known to consist of integers, slices, None and Ellipsis."""
        if isinstance(atom, Const):
            items = atom.value if isinstance(atom.value, tuple) else (atom.value,)
            return all(item is None or item is Ellipsis or type(item) is int for item in items)
        if isinstance(atom, Undefined):
            return False
        definition = self.op.get(atom)
        if isinstance(definition, Apply) and definition.prim == "tuple":
            return all(self.basic(item) for item in definition.args)
        if isinstance(definition, Apply) and self._whole(definition):
            return True
        if atom in self.names.definitions.indices or atom.type == SLICE:
            return True
        kind = atom.type
        if isinstance(kind, TupleType):
            return all(t == SLICE or (isinstance(t, Num) and t.is_scalar and t.kind == "int") for t in kind.items)
        return isinstance(kind, Num) and kind.is_scalar and kind.kind == "int"

    def _whole(self, op: Apply) -> bool:
        """Whether an operation is known to give an integer: lengths, and arithmetic of integers."""
        if op.prim == "getitem":
            source = op.args[0]
            maker = self.op.get(source) if isinstance(source, Value) else None
            return isinstance(maker, Apply) and maker.prim == "shape" and isinstance(op.args[1], Const)
        return op.prim in ("len", "size", "ndim", "int") or (
            op.prim in _WHOLE and all(self.basic(item) for item in op.args))

    # ------------------------------------------------------------------ operations

    def operation(self, op: Op) -> Node:
        if isinstance(op, Apply):
            return self.apply(op)
        if isinstance(op, Call):
            return self.call(op)
        if isinstance(op, If):
            return self.conditional(op)
        raise InternalError(f"{type(op).__name__} is no expression", loc=op.loc)

    def apply(self, op: Apply) -> Node:
        prim = op.prim
        if prim in nodes.BINARY:
            return nodes.binary(prim, self.atom(op.args[0]), self.atom(op.args[1]))
        if prim in nodes.COMPARE:
            return nodes.compare(prim, self.atom(op.args[0]), self.atom(op.args[1]))
        if prim in nodes.UNARY:
            return nodes.unary(prim, self.atom(op.args[0]))
        if prim in self.special:
            return self.special[prim](op)
        if prim in _ATTRIBUTES:
            return self._attribute(op)
        if prim.startswith("str."):
            method = nodes.attribute(self.atom(op.args[0]), prim[4:])
            return nodes.call(method, [self.atom(a) for a in op.args[1:]])
        positional, keywords = self._arguments(op)
        return nodes.call(nodes.dotted(self.context.target(prim)), positional, keywords)

    def _arguments(self, op: Apply) -> tuple[list[Node], list[tuple[str, Node]]]:
        """Operands as the call writes them: defaults left out, options by keyword."""
        signature = self.context.signature(op.prim)
        if signature is None:
            return [self.atom(a) for a in op.args], []
        leading = len(op.args) - len(signature.arguments) if signature.variadic else 0
        positional = [self.atom(a) for a in op.args[:leading]]
        keywords: list[tuple[str, Node]] = []
        by_position = op.prim.rpartition(".")[0] in _POSITIONAL and not signature.variadic
        for argument, atom in zip(signature.arguments, op.args[leading:]):
            if argument.default is REQUIRED and not argument.keyword_only:
                positional.append(self.atom(atom))
            elif isinstance(atom, Const) and atom == Const(argument.default):
                by_position = False
            elif by_position and not argument.keyword_only:
                positional.append(self.atom(atom))
            else:
                keywords.append((argument.name, self.atom(atom)))
        return _arange(op, signature, positional, keywords)

    def call(self, op: Call) -> Node:
        """A call of a user function; trailing defaults are left out."""
        function = self.context.callees.get(op.callee)
        name = nodes.load(self.context.callee(op.callee))
        if function is None or len(function.params) != len(op.args):
            return nodes.call(name, [self.atom(a) for a in op.args])
        positional: list[Node] = []
        keywords: list[tuple[str, Node]] = []
        skipped = False
        for param, atom in zip(function.params, op.args):
            if param.default is not None and atom == param.default:
                skipped = True
            elif param.keyword_only or skipped:
                keywords.append((param.name, self.atom(atom)))
            else:
                positional.append(self.atom(atom))
        return nodes.call(name, positional, keywords)

    # ------------------------------------------------------------------ conditional expressions

    def conditional(self, op: If) -> Node:
        """``p and q``, ``p or q``, or ``a if c else b``."""
        then, orelse = _yielded(op.then), _yielded(op.orelse)
        test = self.test(op)
        if self.conjunction(op):
            return _chained(gast.And, test, self.atom(then))
        if self.disjunction(op):
            return _chained(gast.Or, test, self.atom(orelse))
        return gast.IfExp(test=test, body=self.atom(then), orelse=self.atom(orelse))

    def _asked(self, op: If) -> Atom:
        """What a branch depends on the truth of."""
        asked = self.op.get(op.cond) if isinstance(op.cond, Value) and op.cond.inline else None
        return asked.args[0] if isinstance(asked, Apply) and asked.prim == "bool" else op.cond

    def test(self, op: If) -> Node:
        """The condition of a branch; ``bool(x)`` is no more than ``x`` there."""
        return self.atom(self._asked(op))

    def conjunction(self, op: If) -> bool:
        other = _yielded(op.orelse)
        return other is self._asked(op) \
            or (isinstance(other, Const) and other.value is False and self._boolean(op.cond))

    def disjunction(self, op: If) -> bool:
        other = _yielded(op.then)
        return other is self._asked(op) \
            or (isinstance(other, Const) and other.value is True and self._boolean(op.cond))

    def _boolean(self, atom: Atom) -> bool:
        if atom.type == BOOL:
            return True
        definition = self.op.get(atom) if isinstance(atom, Value) else None
        if isinstance(definition, If) and len(definition.results) == 1:
            return all(self._boolean(_yielded(b)) for b in definition.blocks())
        return isinstance(definition, Apply) and definition.prim in (*nodes.COMPARE, "not", "bool")

    # ------------------------------------------------------------------ special forms

    def _getitem(self, op: Apply) -> Node:
        return nodes.subscript(self.atom(op.args[0]), self.index(op.args[1]))

    def _slice(self, op: Apply) -> Node:
        start, stop, step = op.args
        args = [start, stop] if _none(step) else [start, stop, step]
        if _none(start) and len(args) == 2:
            args = [stop]
        return nodes.call(nodes.load(self.context.target("slice")), [self.atom(a) for a in args])

    def _tuple(self, op: Apply) -> Node:
        # What a function did not capture on this path is not read by its caller.
        return nodes.sequence([nodes.literal(None) if isinstance(a, Undefined) else self.atom(a) for a in op.args])

    def _list(self, op: Apply) -> Node:
        return gast.List(elts=[self.atom(a) for a in op.args], ctx=gast.Load())

    def _list_repeat(self, op: Apply) -> Node:
        item = gast.List(elts=[self.atom(op.args[0])], ctx=gast.Load())
        return nodes.binary("mul", item, self.atom(op.args[1]))

    def _select(self, op: Apply) -> Node:
        cond, a, b = (self.atom(arg) for arg in op.args)
        kind = op.args[0].type
        if isinstance(kind, Num) and kind.is_array:
            return nodes.call(nodes.dotted(self.context.numpy("where")), [cond, a, b])
        return gast.IfExp(test=cond, body=a, orelse=b)

    def _global(self, op: Apply) -> Node:
        name = str(op.attrs["name"])
        if name in {p.name for p in self.names.function.params}:
            raise InternalError(f"the global {name!r} is hidden by a parameter", loc=op.loc,
                                function=self.names.function.name)
        self.context.shared.globals.add(name)
        return nodes.load(name)

    def _constant(self, op: Apply) -> Node:
        return nodes.dotted(self.context.target(str(op.attrs["name"])))

    def _format(self, op: Apply) -> Node:
        template = nodes.literal(op.attrs.get("template", "{}" * len(op.args)))
        return nodes.call(nodes.attribute(template, "format"), [self.atom(a) for a in op.args])

    def _transpose(self, op: Apply) -> Node:
        x, *axes = op.args
        whole = all(_none(a) for a in axes)
        if whole and (_has_attributes(x) or _wrote(op, ".T")):
            return nodes.attribute(self.atom(x), "T")
        args = [self.atom(a) for a in ([x] if whole else op.args)]
        return nodes.call(nodes.dotted(self.context.target("np.transpose")), args)

    def _copy(self, op: Apply) -> Node:
        (x,) = op.args
        if isinstance(x.type, ListType) or (isinstance(x.type, Num) and x.type.is_array):
            return nodes.call(nodes.attribute(self.atom(x), "copy"), [])
        if isinstance(x.type, Num) and x.type.is_scalar:
            return self.atom(x)
        return nodes.call(nodes.dotted(self.context.numpy("copy")), [self.atom(x)])

    def _same(self, op: Apply) -> Node:
        return self.atom(op.args[0])

    def _astype(self, op: Apply) -> Node:
        return nodes.call(nodes.attribute(self.atom(op.args[0]), "astype"), [self.atom(op.args[1])])

    def _method(self, op: Apply) -> Node:
        """``l.pop(i)``."""
        return nodes.call(nodes.attribute(self.atom(op.args[0]), METHODS[op.prim]), [self.atom(a) for a in op.args[1:]])

    def _conversion(self, op: Apply) -> Node:
        """``list(x)``."""
        kind = self.context.target(op.prim.removesuffix("_of"))
        return nodes.call(nodes.load(kind), [self.atom(op.args[0])])

    def _is_sequence(self, op: Apply) -> Node:
        classes = nodes.sequence([nodes.load(self.context.target(name)) for name in ("list", "tuple")])
        return nodes.call(nodes.load(self.context.target("isinstance")), [self.atom(op.args[0]), classes])

    def _caught_as(self, op: Apply) -> Node:
        """``isinstance(e, (A, B))``: which of several handlers it is."""
        classes = [nodes.dotted(self.context.target(kind)) for kind in op.attrs["kinds"]]
        which = classes[0] if len(classes) == 1 else nodes.sequence(classes)
        return nodes.call(nodes.load(self.context.target("isinstance")), [self.atom(op.args[0]), which])

    def _exception(self, op: Apply) -> Node:
        """``ValueError("…")``, or the class itself."""
        kind = nodes.dotted(self.context.target(str(op.attrs["name"])))
        return nodes.call(kind, [self.atom(a) for a in op.args]) if op.attrs["called"] else kind

    def _attribute(self, op: Apply) -> Node:
        """``x.shape`` where x is an array, else ``np.shape(x)``, for it may be a number of Python's."""
        (x,) = op.args
        if (isinstance(x.type, Num) and x.type.is_array) or _wrote(op, f".{op.prim}"):
            return nodes.attribute(self.atom(x), op.prim)
        if op.prim == "dtype":
            made = self.atom(x) if _has_attributes(x) else \
                nodes.call(nodes.dotted(self.context.numpy("asarray")), [self.atom(x)])
            return nodes.attribute(made, "dtype")
        return nodes.call(nodes.dotted(self.context.numpy(op.prim)), [self.atom(x)])


def _arange(op: Apply, signature: Signature, positional: list[Node], keywords: list[tuple[str, Node]],
            ) -> tuple[list[Node], list[tuple[str, Node]]]:
    """``np.arange(a, b)`` and ``np.clip(x, a, b)`` are written by position."""
    if op.prim in ("np.arange", "np.clip", "np.full", "np.linspace", "np.tensordot", "np.round", "np.around"):
        names = [a.name for a in signature.arguments[len(positional):]]
        while keywords and keywords[0][0] == names[0] and names[0] != "dtype":
            positional.append(keywords.pop(0)[1])
            names.pop(0)
    return positional, keywords


def _chained(kind: Any, left: Node, right: Node) -> Node:
    """``a < b and b < c`` is ``a < b < c``; ``(p and q) and r`` is ``p and q and r``."""
    if kind is gast.And and isinstance(left, gast.Compare) and isinstance(right, gast.Compare):
        shared = left.comparators[-1]
        if isinstance(shared, gast.Name) and isinstance(right.left, gast.Name) and shared.id == right.left.id:
            return gast.Compare(left=left.left, ops=left.ops + right.ops,
                                comparators=left.comparators + right.comparators)
    parts: list[Node] = []
    for part in (left, right):
        parts += part.values if isinstance(part, gast.BoolOp) and isinstance(part.op, kind) else [part]
    return gast.BoolOp(op=kind(), values=parts)


def _yielded(block: Block) -> Atom:
    (value,) = block.terminator.values
    return value


def _none(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is None


def _has_attributes(x: Atom) -> bool:
    """Whether a value is surely an array: a scalar of NumPy's may be Python's on some path."""
    return isinstance(x.type, Num) and x.type.is_array


def _wrote(op: Op, text: str) -> bool:
    """Whether the user's own line has `text`."""
    return op.origin == "primal" and op.loc is not None and text in op.loc.text
