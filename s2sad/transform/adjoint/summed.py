"""Lists that are filled and then only summed, as by ``sum(f(x) for x in xs)``: every item has the sum's adjoint.

Without a shadow list::                     with one:

    for i in reversed(range(n)):                w_bar = [s_bar] * n
        x_bar[i] += s_bar * cos(x[i])           for i in reversed(range(n)):
                                                    x_bar[i] += w_bar.pop() * cos(x[i])
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.analysis.buffers import Buffers
from s2sad.ir.trace import Apply, Atom, Value
from s2sad.ir.types import ListType, Num


def summed_lists(buffers: Buffers, active: Callable[[Atom], bool]) -> set[Value]:
    """The active lists of numbers or arrays that are appended to, and summed once where they were made."""
    found = set()
    for value, op in buffers.definition.items():
        if isinstance(op, Apply) and op.prim == "list" and not op.args and active(value) and _addends(value) \
                and not buffers.linked(value) and _only_summed(buffers, value):
            found.add(value)
    return found


def _addends(value: Value) -> bool:
    return isinstance(value.type, ListType) and isinstance(value.type.item, Num)


def _only_summed(buffers: Buffers, value: Value) -> bool:
    sums, last = [], -1
    for use in buffers.uses.get(value, ()):
        if not isinstance(use, Apply) or use.args[0] is not value or use.args.count(value) != 1:
            return False
        if use.prim == "append":
            last = max(last, buffers.order[use])
        elif use.prim == "sum":
            sums.append(use)
        else:
            return False
    return len(sums) == 1 and buffers.order[sums[0]] > last and \
        buffers.home[sums[0].result] is buffers.home[value]
