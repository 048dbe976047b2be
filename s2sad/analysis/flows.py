"""Whose memory a name may be: along the way that references take, not against it.

A class of `aliases` says which values may share memory, in whatever way.  What is stored under one of its names reaches
the parameters that flow into that name only::

    if c:
        yield A             # A and B flow into w0
    else:
        setitem(B, 0, x)    # stores into B, not into A
        yield B
    -> w0
    return w0
"""

from __future__ import annotations

from s2sad.analysis.aliases import Aliases, is_reference
from s2sad.analysis.references import References
from s2sad.ir.trace import Apply, Atom, Call, Op, Value, merges

Node = Value | tuple[str, Value]  # a root; what the containers of a class hold


class Flows:
    """The roots that flow into each root of one function."""

    def __init__(self, refs: References, aliases: Aliases) -> None:
        self.refs = refs
        self.aliases = aliases
        self._entering: dict[Node, set[Node]] = {}
        for targets, atoms in merges(refs.function):
            for target in targets:
                self._enter(target, atoms)
        for op in refs.order:
            self._follow(op)

    def sources(self, root: Value) -> set[Node]:
        """Everything that `root` may be, itself included."""
        found: set[Node] = set()
        pending: list[Node] = [root]
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending += self._entering.get(node, ())
        return found

    def _enter(self, target: Node, atoms: list[Atom]) -> None:
        self._entering.setdefault(target, set()).update(
            self.refs.root(a) for a in atoms if isinstance(a, Value) and is_reference(a.type))

    def _follow(self, op: Op) -> None:
        if isinstance(op, Call):
            for result in op.results:
                returned: list[Atom] = [*self.refs.returned(op)]
                self._enter(result, returned)
                if (item := self.aliases.item_of(result)) is not None:
                    self._enter(("items", item), returned)
        elif isinstance(op, Apply) and op.prim == "select":
            self._enter(op.result, op.args[1:])
        elif isinstance(op, Apply):
            for holder in (*op.results, *op.args):
                if isinstance(holder, Value) and (item := self.aliases.item_of(holder)) is not None:
                    self._hold(op, ("items", item), holder)

    def _hold(self, op: Apply, items: Node, holder: Value) -> None:
        """What goes into a container of a class, and what is taken out of one."""
        if holder in op.results:
            self._enter(items, op.args)
            return
        self._enter(items, [a for a in op.args if a is not holder])
        for result in op.results:
            if is_reference(result.type) and self.refs.viewed(result) is None:
                self._entering.setdefault(result, set()).add(items)
