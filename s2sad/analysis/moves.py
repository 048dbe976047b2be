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
from s2sad.ir.trace import Apply, If, Loop, Op, Value, loop_ends


class Moves:
    """Answers for one function; `refs` may be any `References`."""

    def __init__(self, refs: References) -> None:
        self.refs = refs
        self.users: dict[Value, list[Op]] = {}
        for value, ops in refs.uses.items():
            self.users.setdefault(refs.root(value), []).extend(op for op in ops if reads_contents(op, value)
                                                               or _stores(refs, op, value))

    def moved(self, at: Op, root: Value) -> bool:
        """Whether `at`, a loop that is entered or a terminator that passes values on, is the last use of a root."""
        if root in self.refs.function.values or self._is_global(root):
            return False  # the caller goes on using it
        if sum(self._root_is(a, root) for a in at.operands()) != 1:
            return False
        outside = self.refs.loops[at][self.refs._loops_of(root):]
        if outside:
            return False  # the same buffer is passed on in every iteration
        return not any(self.refs.may_follow(user, at, root) for user in self.users.get(root, ()) if user is not at)

    def all_moved(self, op: If | Loop, root: Value) -> bool:
        """Whether each place where a merge takes this root is a move."""
        return all(self.moved(place, root) for place in places(op)
                   if any(self._root_is(a, root) for a in merged_at(op, place)))

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


def merged_at(op: If | Loop, place: Op) -> list[object]:
    return list(op.inits) if place is op and isinstance(op, Loop) else list(place.operands())


def _stores(refs: References, op: Op, value: Value) -> bool:
    return value in refs.written(op)
