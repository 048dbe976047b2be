"""The adjoint of control flow around errors: branches that raise.

A branch of which one side raises reverses into the other side, which was taken if the reverse sweep is reached::

    if w0:                          |
        raise e                     |
    else:                           |
        y = mul(x, x)               |    x_bar = 2.0 * x * y_bar
        yield y                     |
    -> y.1                          |
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Atom, Block, If, Raise
from s2sad.transform.adjoint.state import Scope, State, pop_adjoint

ReverseBlock = Callable[[State, Block, Builder, Scope, list[Atom | None]], None]


def reverse_certain(state: State, op: If, b: Builder, scope: Scope, reverse_block: ReverseBlock) -> bool:
    """Reverse a branch of which one side raises; whether it is one."""
    sides = [block for block in op.blocks() if not isinstance(block.ops[-1], Raise)]
    if len(sides) == 2:
        return False
    entering = [pop_adjoint(state, result, b, scope) for result in op.results]
    for side in sides:
        reverse_block(state, side, b, scope, entering)
    return True
