"""Operations without results as statements: stores, accumulation, appending, printing, assertions."""

from __future__ import annotations

import gast

from s2sad.backend import nodes
from s2sad.backend.expressions import METHODS, Expressions
from s2sad.backend.nodes import Node
from s2sad.ir.trace import Apply, Atom, Const, Value
from s2sad.ir.types import ListType, Num
from s2sad.ir.unset import unset_message

EFFECTS = frozenset({"setitem", "accumulate_at", "iadd", "append", "insert", "reverse", "delitem", "assert",
                     "comment", "require_set", "store_global"})
_AUGMENTED = {"add": "+=", "sub": "-=", "mul": "*=", "truediv": "/="}


class Effects:
    """Prints the stores of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def statement(self, op: Apply) -> Node | None:
        atom = self.expressions.atom
        if op.prim == "setitem":
            return self._setitem(op)
        if op.prim == "accumulate_at":
            return self._accumulate(op)
        if op.prim == "iadd":
            return nodes.augment(_stored(atom(op.args[0])), "add", atom(op.args[1]))
        if op.prim in METHODS:
            method = nodes.attribute(atom(op.args[0]), METHODS[op.prim])
            return nodes.expression(nodes.call(method, [atom(a) for a in op.args[1:]]))
        if op.prim == "delitem":
            return gast.Delete(targets=[self._target(op.args[0], op.args[1], gast.Del)])
        if op.prim == "assert":
            message = op.args[1] if len(op.args) > 1 else Const(None)
            nothing = isinstance(message, Const) and message.value is None
            return gast.Assert(test=atom(op.args[0]), msg=None if nothing else atom(message))
        if op.prim == "store_global":
            return nodes.assign([nodes.store(str(op.attrs["name"]))], atom(op.args[0]))
        if op.prim == "require_set":
            return self._require_set(op)
        return nodes.comment(str(op.attrs.get("text", "")))

    def _require_set(self, op: Apply) -> Node:
        """A name without a value holds None; reading it is the error that the user's function raises."""
        value, name = op.args
        assert isinstance(name, Const)
        error = nodes.load(self.expressions.context.target("UnboundLocalError"))
        message = nodes.literal(unset_message(str(name.value)))
        test = nodes.compare("is", self.expressions.atom(value), nodes.literal(None))
        return nodes.branch(test, [gast.Raise(exc=nodes.call(error, [message]), cause=None)], [])

    def _target(self, x: Atom, index: Atom, context: type = gast.Store) -> Node:
        return nodes.subscript(self.expressions.atom(x), self.expressions.index(index), context)

    def _setitem(self, op: Apply) -> Node:
        x, index, value = op.args
        update = self._update(op)
        if update is not None and update.args[0] is x:
            return nodes.augment(_stored(self.expressions.atom(x)), update.prim, self.expressions.atom(update.args[1]))
        if update is not None:
            return nodes.augment(self._target(x, index), update.prim, self.expressions.atom(update.args[1]))
        return nodes.assign([self._target(x, index)], self.expressions.atom(value))

    def _update(self, op: Apply) -> Apply | None:
        """The operation of ``A[i] = A[i] + v`` where that may be written ``A[i] += v``."""
        x, index, value = op.args
        update = self._inline(value)
        if update is None or update.prim not in _AUGMENTED:
            return None
        read = self._inline(update.args[0])
        if index == Const(Ellipsis) and update.args[0] is x and isinstance(x, Value) and not x.inline \
                and isinstance(x.type, Num) and x.type.is_stored:
            return update  # ``A += v``, which rebinds what is no array
        if read is None or read.prim != "getitem" or read.args[0] is not x or not self.same(read.args[1], index):
            return None
        text = op.loc.text if op.loc is not None and op.origin == "primal" else ""
        if text:
            return update if _AUGMENTED[update.prim] in text else None
        kind = update.result.type
        if isinstance(x.type, ListType) and not (isinstance(kind, Num) and kind.is_scalar):
            return None  # an item that is an array may be known elsewhere, and would change there too
        return update if isinstance(kind, Num) and (kind.is_scalar or kind.is_array) else None

    def _inline(self, atom: Atom) -> Apply | None:
        if not isinstance(atom, Value) or not atom.inline:
            return None
        op = self.expressions.op[atom]
        return op if isinstance(op, Apply) else None

    def same(self, a: Atom, b: Atom) -> bool:
        """Whether two operands print alike and mean the same."""
        if a is b or (isinstance(a, Const) and a == b):
            return True
        p, q = self._inline(a), self._inline(b)
        return (p is not None and q is not None and p.prim == q.prim and p.attrs == q.attrs
                and len(p.args) == len(q.args) and all(self.same(s, t) for s, t in zip(p.args, q.args)))

    def _accumulate(self, op: Apply) -> Node:
        x, index, g = op.args
        if isinstance(x.type, ListType) or self.expressions.basic(index):
            negated = self._inline(g)
            prim, term = ("sub", negated.args[0]) if negated is not None and negated.prim == "neg" else ("add", g)
            return nodes.augment(self._target(x, index), prim, self.expressions.atom(term))
        at = nodes.dotted(self.expressions.context.numpy("add.at"))
        arguments = [self.expressions.atom(x), self._index_value(index), self.expressions.atom(g)]
        return nodes.expression(nodes.call(at, arguments))

    def _index_value(self, index: Atom) -> Node:
        """An index as an argument: slices are written ``slice(a, b)`` there."""
        definition = self._inline(index)
        if definition is not None and definition.prim == "tuple":
            return nodes.sequence([self._index_value(a) for a in definition.args])
        return self.expressions.atom(index)


def _stored(node: Node) -> Node:
    if isinstance(node, (gast.Name, gast.Subscript, gast.Attribute)):
        node.ctx = gast.Store()
    return node
