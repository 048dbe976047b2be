"""Where a buffer changes hands: the reference that enters a merge is not used again.

After ``a, b = b, a`` at the end of a loop's body, the names of the last iteration are gone: each buffer has one
name at any time, which is why its adjoint can be handed on as the buffer was.  In ``B = A if c else C`` with a later
use of `A`, it is not: `A` and `B` may be one buffer::

    for i in range(n) carrying a = a0, b = b0:     # a0 and b0 are not used further down
        setitem(b, i, ...)
        yield b, a                                  # two moves
"""

from __future__ import annotations

from s2sad.analysis.references import References, reads_contents
from s2sad.ir.trace import Apply, Atom, If, Loop, Op, Value, loop_ends
from s2sad.ir.types import ListType, TupleType


class Moves:
    """Answers for one function; `refs` may be any `References`."""

    def __init__(self, refs: References) -> None:
        self.refs = refs
        self.users: dict[Value, list[Op]] = {}
        self.merges: dict[Value, tuple[If | Loop, int]] = {}
        for op in refs.order:
            if isinstance(op, (If, Loop)):
                self.merges.update((r, (op, k)) for k, r in enumerate(op.results))
            if isinstance(op, Loop):
                self.merges.update((p, (op, k)) for k, p in enumerate(op.carried))
        for value, ops in refs.uses.items():
            self.users.setdefault(refs.root(value), []).extend(op for op in ops if reads_contents(op, value)
                                                               or value in refs.written(op))

    def moved(self, at: Op, root: Value) -> bool:
        """Whether `at`, a loop that is entered or a terminator that passes values on, is the last use of a root."""
        if root in self.refs.function.values or self._is_global(root):
            return False  # the caller goes on using it
        if sum(self._root_is(a, root) for a in at.operands()) != 1:
            return False
        outside = self.refs.loops[at][self.refs.loops_of(root):]
        if outside:
            return False  # the same buffer is passed on in every iteration
        return not any(self.refs.may_follow(user, at, root) for user in self.users.get(root, ()) if user is not at)

    # -- ownership ------------------------------------------------------------------------

    def owned(self, value: Value, before: Op | None = None) -> bool:
        """Whether a root is memory that the function allocated and that only it refers to (until `before` runs)."""
        seen: set[tuple[Value, Op | None]] = set()
        pending: list[tuple[Value, Op | None]] = [(value, before)]
        while pending:
            root, place = pending.pop()
            if (root, place) in seen:
                continue
            seen.add((root, place))
            sharing = [user for user in self.users.get(root, ())
                       if user is not place and self._shares(user) and not self._unused(user)]
            if any(place is None or self.refs.may_follow(place, user, root) for user in sharing):
                return False
            entering = self._entering(root)
            if entering is None:
                if not self.refs.new(root) or isinstance(root.type, (ListType, TupleType)):
                    return False
                continue
            for at, atom in entering:
                source = self._updated(atom)
                if self.refs.viewed(source) is not None or not self.moved(at, source):
                    return False
                pending.append((source, at))
        return True

    def _updated(self, value: Value) -> Value:
        """What an unresolved ``x += y`` may have changed in place."""
        op = self.refs.definition.get(value)
        while isinstance(op, Apply) and op.prim == "inplace" and isinstance(op.args[0], Value):
            value, op = op.args[0], self.refs.definition.get(op.args[0])
        return value

    def _entering(self, root: Value) -> list[tuple[Op, Value]] | None:
        """The values that a merge takes, with the places where; None for what is no merge."""
        found = self.merges.get(root)
        if found is None:
            return None
        op, k = found
        taken = [(place, merged_at(op, place)) for place in places(op)]
        return [(place, atom) for place, atoms in taken if k < len(atoms) and isinstance(atom := atoms[k], Value)]

    def _shares(self, op: Op) -> bool:
        """Whether an operation keeps a reference to its operands, or gives them another name."""
        if not isinstance(op, Apply):
            return True
        if op.prim in ("append", "setitem", "insert"):
            return isinstance(op.args[0].type, ListType)
        return op.prim in ("tuple", "list", "list_repeat", "select", "exchange", "assign", "own") \
            or any(isinstance(r.type, (ListType, TupleType)) for r in op.results)

    def _unused(self, op: Op) -> bool:
        """Whether an operation makes a list or tuple whose items have been read from where they came from."""
        return isinstance(op, Apply) and op.prim in ("tuple", "list") and op.result not in self.refs.uses

    # -- parts ----------------------------------------------------------------------------

    def _root_is(self, atom: object, root: Value) -> bool:
        return isinstance(atom, Value) and self.refs.root(atom) is root

    def _is_global(self, root: Value) -> bool:
        made = self.refs.definition.get(root)
        return isinstance(made, Apply) and made.prim == "global"


def places(op: If | Loop) -> list[Op]:
    """The operations at which values enter a merge."""
    if isinstance(op, If):
        return [block.ops[-1] for block in op.blocks()]
    return [op, *loop_ends(op)]


def merged_at(op: If | Loop, place: Op) -> list[Atom]:
    """What a merge takes at one of its places."""
    return list(op.inits) if place is op and isinstance(op, Loop) else list(place.operands())
