"""Is an item of a list in that list alone?  Then ``l[i] += y`` is ``l[i] = l[i] + y``, be it an array or a number::

    totals = [0.0] * n              # numbers
    for k in range(n):
        totals[k] += x[k]           # rebinds the item, or changes an array that nothing else refers to

With ``row = totals[0]`` before the update and a use of `row` behind it, it is not.
"""

from __future__ import annotations

from s2sad.analysis.aliases import Aliases
from s2sad.analysis.references import References
from s2sad.ir.trace import Apply, Atom, Op, Value
from s2sad.ir.types import SLICE, ListType, Num, TupleType


class Items:
    """What is put into the lists and tuples of one function, and what comes with its parameters."""

    def __init__(self, refs: References) -> None:
        self.refs = refs
        self.aliases = Aliases(refs, {})
        self.held: dict[Value, list[Atom]] = {}
        for op in refs.order:
            if isinstance(op, Apply):
                self._hold(op)
        self.given = {name for value in refs.function.values
                      for name in self.aliases.reach(value) - {self.aliases.of(value)}}

    def _hold(self, op: Apply) -> None:
        if op.prim in ("append", "insert", "setitem"):
            holder, items = op.args[0], op.args[-1:]
        elif op.prim in ("list", "tuple", "list_repeat") or _rows(op):
            holder, items = op.result, op.args
        else:
            return
        inner = self.aliases.item_of(holder) if isinstance(holder, Value) else None
        if inner is not None:
            self.held.setdefault(inner, []).extend(items)

    def alone(self, op: Apply) -> bool:
        """Whether operand 0 of an update is in one list, and not used under another name behind it."""
        x = op.args[0]
        assert isinstance(x, Value)
        name = self.aliases.of(x)
        return name not in self.given and all(map(self._put_in, self.held.get(name, ()))) \
            and not any(self._follows(op, value, name) for value in self.refs.uses if value is not x)

    def _put_in(self, atom: Atom) -> bool:
        """Whether what is put into a list is a number, or new and nowhere else."""
        if not isinstance(atom, Value) or (isinstance(atom.type, Num) and atom.type.is_scalar):
            return True
        use, *others = self.refs.uses[atom]
        repeated = isinstance(use, Apply) and use.prim == "list_repeat"
        return self.refs.new(atom) and not others and not repeated \
            and len(self.refs.loops[use]) == self.refs.loops_of(atom)

    def _follows(self, op: Apply, value: Value, name: Value) -> bool:
        """Whether an item that was taken out of such a list before, or a copy of the list, is used afterwards."""
        maker: Op | None = self.refs.definition.get(value)
        name_of = self.aliases.of
        if isinstance(maker, Apply):
            if self.refs.order[maker] >= self.refs.order[op]:
                return False
            # Lists that are items themselves are as they were put there, not further lists of their items.
            if isinstance(value.type, ListType) and _copies_items(maker) and not all(map(self._put_in, maker.args)):
                name_of = self.aliases.item_of  # type: ignore[assignment]
        return name_of(value) is name and any(self.refs.may_follow(use, op, value) for use in self.refs.uses[value])


def _copies_items(op: Apply) -> bool:
    """Whether a list is made that holds items of another one."""
    return op.prim in ("list_of", "tuple_of", "concat", "repeat", "copy") or \
        (op.prim == "getitem" and op.args[1].type == SLICE)


def _rows(op: Apply) -> bool:
    """Whether a list is made of the rows of an array, which are views of it."""
    return op.prim in ("list_of", "tuple_of") and not isinstance(op.args[0].type, (ListType, TupleType))
