"""Shadow references in the forward sweep, for buffers that have several names while they are stored into.

Where merges, lists and views make it a matter of the path which buffer a name means, the adjoints' buffers are made,
merged, put into lists and viewed side by side with the primal's; the reverse sweep recalls them as it does primal
values.  Before::                              After::

    if c:                                          if c:
        yield A                                        yield A, A_bar
    else:                                          else:
        w0 = np.zeros(n)                               w0 = np.zeros(n)
        yield w0                                       w1 = np.zeros_like(w0)
    -> B                                               yield w0, w1
    setitem(B, 0, x)                               -> B, B_bar
    y = getitem(A, 0)                              setitem(B, 0, x)
                                                   y = getitem(A, 0)

A shadow belongs to one allocation, so that what it holds when the sweep comes back to the allocation is that
buffer's adjoint.
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.analysis.activity import Activity
from s2sad.analysis.buffers import Buffers
from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Function,
    If,
    Loop,
    Op,
    Value,
    While,
    Yield,
    loop_ends,
)
from s2sad.ir.types import SLICE, UNKNOWN, ListType, Num, TupleType
from s2sad.rules.row import Table
from s2sad.transform.shapes import zero_of

ORIGIN = "shadow"


class ForwardShadows:
    """Adds the shadows of a function's linked buffers to its forward sweep; `of` has them by primal value."""

    def __init__(self, function: Function, table: Table, buffers: Buffers, activity: Activity,
                 bar_name: Callable[[Value], str | None]) -> None:
        self.function = function
        self.table = table
        self.buffers = buffers
        self.activity = activity
        self.bar_name = bar_name
        self.of: dict[Value, Value] = {}
        # Parameters whose shadows are made at entry.
        self.entering: list[Value] = []

    def wanted(self, atom: Atom) -> bool:
        """Whether a value gets a shadow reference."""
        return isinstance(atom, Value) and self.buffers.linked(atom) and not _is_scalar(atom) \
            and (self.activity.active(atom) or self._holds_active(atom)) and not self._unsure(atom)

    def _unsure(self, value: Value) -> bool:
        """What may be an element or a row: it does not matter which if nothing is stored there while it is used."""
        kind = value.type
        known = isinstance(kind, Num) and kind.is_stored
        if known or self.buffers.viewed(value) is None:
            return False
        if not self.buffers.settled(value):
            raise UnsupportedError(f"{value.name or 'this value'} may be a view of an array that is stored into later",
                                   loc=self.buffers.definition[value].loc, function=self.function.name,
                                   hint="annotate the types or give a signature, or make it a copy with .copy()")
        return True

    def _holds_active(self, value: Value) -> bool:
        item = self.buffers.aliases.item_of(value)
        return item is not None and self.activity.active(item)

    def run(self) -> bool:
        """Insert the shadows in place; False if there are none."""
        if not any(self.wanted(v) for v in self.buffers.home):
            return False
        entry: list[Op] = []
        for value in self.function.values:
            if self.wanted(value):
                self._zero(value, self._builder(entry))
                self.entering.append(value)
        self._block(self.function.block)
        self.function.block.ops[:0] = entry
        return True

    def _builder(self, ops: list[Op]) -> Builder:
        block = Block()
        block.ops = ops
        b = Builder(block, self.table.infer, self.table.signature)
        b.loc, b.origin = None, ORIGIN
        return b

    def _zero(self, value: Value, b: Builder) -> None:
        kind = value.type
        known = not isinstance(kind, Num) or kind.is_scalar or kind.is_stored
        if kind == UNKNOWN or not known:  # a number, perhaps: what is added to it would be lost
            self._keep(value, b.apply("helper.shadow_like", value))
        else:
            self._keep(value, _value(zero_of(b, value)))

    def _keep(self, value: Value, shadow: Value) -> None:
        shadow.name = self.bar_name(value)
        if isinstance(value.type, ListType):
            shadow.type = value.type
        self.of[value] = shadow

    def shadow(self, atom: Atom, op: Op) -> Atom:
        if not isinstance(atom, Value):
            # What a number gets besides the arrays on other paths is added to nothing.
            return Const(0.0) if isinstance(atom, Const) and atom.value is not None else UNDEF
        known = self.of.get(atom)
        if known is None and _is_scalar(atom):
            raise UnsupportedError("a number on this path, where another one has an array of several names that is "
                                   "stored into", loc=op.loc, function=self.function.name,
                                   hint="give the two paths different names, or make a copy of the array")
        if known is None:
            raise UnsupportedError(f"what {atom.name or 'this value'} may refer to here", loc=op.loc,
                                   function=self.function.name, hint="make a copy before the store")
        return known

    def _block(self, block: Block) -> None:
        ops: list[Op] = []
        for op in block.ops:
            if isinstance(op, If):
                ops.append(op)
                self._branch(op)
            elif isinstance(op, Loop):
                ops.append(op)
                self._loop(op)
            elif isinstance(op, Apply):
                b = self._builder([])
                self._apply(op, b)
                first = op.prim in ("pop", "pop_at")  # the shadow list is popped beside the list
                ops += [*b.block.ops, op] if first else [op, *b.block.ops]
            else:
                if isinstance(op, Call) and any(map(self.wanted, [*self.buffers.returned(op), *op.results])):
                    raise UnsupportedError("a call with an array that has several names while it is stored into",
                                           loc=op.loc, function=self.function.name, hint="pass a copy of it")
                ops.append(op)
        block.ops = ops

    def _branch(self, op: If) -> None:
        for block in op.blocks():
            self._block(block)
        for k, result in enumerate(list(op.results)):
            if self.wanted(result):
                for block in op.blocks():
                    end = block.ops[-1]
                    if isinstance(end, Yield):  # the other side of a `with` raises
                        end.set_operands([*end.operands(), self.shadow(end.operands()[k], op)])
                self._keep(result, Value(None, result.type))
                op.results.append(self.of[result])

    def _loop(self, op: Loop) -> None:
        count = len(op.inits)
        positions = [k for k in range(count) if self.wanted(op.carried[k])]
        carried, results = op.carried, list(op.results)
        for k in positions:
            op.inits = [*op.inits, self.shadow(op.inits[k], op)]
            for value in (carried[k], results[k]):
                self._keep(value, Value(None, value.type))
            op.body.params.append(self.of[carried[k]])
            op.results.append(self.of[results[k]])
            if isinstance(op, While):
                self._keep(op.cond.params[k], Value(None, carried[k].type))
                op.cond.params.append(self.of[op.cond.params[k]])
        if isinstance(op, While):
            self._block(op.cond)
        self._block(op.body)
        for end in loop_ends(op):
            end.set_operands([*end.operands(), *(self.shadow(end.operands()[k], op) for k in positions)])

    # -- operations -----------------------------------------------------------------------

    def _apply(self, op: Apply, b: Builder) -> None:
        target = self.buffers.signature(op).mutates
        if target is not None:
            self._store(op, b)
        for result in op.results:
            if self.wanted(result) and result not in self.of:
                self._made(op, result, b)

    def _store(self, op: Apply, b: Builder) -> None:
        """A list of arrays changes together with the list of their shadows."""
        holder = op.args[0]
        if not (isinstance(holder.type, ListType) and self.wanted(holder)):
            return
        args = [self.shadow(holder, op), *op.args[1:]]
        if op.prim == "setitem" and op.args[1].type != SLICE and not self.buffers.holds_linked(holder):
            return  # the slot stays; its adjoint moves in the reverse sweep
        if op.prim in ("append", "insert", "setitem"):
            item = op.args[-1]
            args[-1] = self.shadow(item, op) if self.buffers.holds_linked(holder) else zero_of(b, item)
        elif op.prim not in ("pop", "pop_at", "delitem", "reverse"):
            raise UnsupportedError(f"{op.prim} on a list of arrays that are stored into", loc=op.loc,
                                   function=self.function.name, hint="store into arrays, or build the list anew")
        results = b.apply_all(op.prim, *args, attrs=op.attrs)
        if self.buffers.holds_linked(holder):
            for value, shadow in zip(op.results, results):
                self._keep(value, shadow)

    def _made(self, op: Apply, result: Value, b: Builder) -> None:
        source = self.buffers.viewed(result)
        if source is not None:
            self._keep(result, self._view(op, result, source, b))
        elif op.prim == "list" and not op.args:
            self._keep(result, _value(b.apply("list")))
        elif isinstance(result.type, ListType) and not self.buffers.holds_linked(result) \
                and not self.buffers.is_item(result):
            self._zero(result, b)
        elif op.prim in ("helper.zeros_like", "helper.shadow_like"):
            self._zero(result, b)  # the same lists in lists, each new
        elif op.prim == "list_repeat":
            self._keep(result, _value(b.apply("list_repeat", self.shadow(op.args[0], op), op.args[1])))
        elif op.prim in ("list", "tuple"):
            if not all(map(self.wanted, op.args)):
                raise UnsupportedError("a list of arrays that are stored into, and of other things", loc=op.loc,
                                       function=self.function.name, hint="keep them in lists of their own")
            self._keep(result, _value(b.apply(op.prim, *(self.shadow(a, op) for a in op.args))))
        elif op.prim == "select":
            self._keep(result, _value(b.apply("select", op.args[0], *(self.shadow(a, op) for a in op.args[1:]))))
        elif op.prim == "getitem" and isinstance(op.args[0].type, (ListType, TupleType)):
            self._keep(result, _value(b.apply("getitem", self.shadow(op.args[0], op), op.args[1])))
        elif op.prim in ("list_of", "tuple_of") or (op.prim == "copy" and not isinstance(op.args[0].type, Num)):
            self._keep(result, _value(b.apply(op.prim, self.shadow(op.args[0], op))))
        elif op.prim == "repeat":
            self._keep(result, _value(b.apply("repeat", self.shadow(op.args[0], op), op.args[1])))
        elif op.prim == "concat":
            self._keep(result, _value(b.apply("concat", *(self.shadow(a, op) for a in op.args))))
        elif isinstance(result.type, (ListType, TupleType)):
            raise UnsupportedError(f"{op.prim} of a list of arrays that are stored into", loc=op.loc,
                                   function=self.function.name, hint="write the list out, or copy the arrays")
        else:
            self._zero(result, b)

    def _view(self, op: Apply, result: Value, source: Value, b: Builder) -> Value:
        """The same view of the shadow; where NumPy decides between view and copy, as it did."""
        whole = self.shadow(source, op)
        if op.prim == "np.broadcast_to":
            raise UnsupportedError("a view that repeats elements of an array which is stored into", loc=op.loc,
                                   function=self.function.name, hint="make it a copy with .copy()")
        if self.buffers.is_view(result):
            position = self.buffers.signature(op).view_of
            args = [whole if k == position else a for k, a in enumerate(op.args)]
            return _value(b.apply(op.prim, *args))
        return _value(b.apply("helper.shadow_view", whole, source, result))


def _value(atom: Atom) -> Value:
    assert isinstance(atom, Value) and not isinstance(atom, Const)
    return atom


def _is_scalar(atom: Value) -> bool:
    return isinstance(atom.type, Num) and atom.type.is_scalar
