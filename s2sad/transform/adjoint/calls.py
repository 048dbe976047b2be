"""The adjoint of a call that is not inlined: a forward and a reverse function of its own.

``y = g(a, b)`` becomes ``y, saved = g_forward(a, b)`` in the forward sweep, and
``a_bar, b_bar = g_reverse(y_bar, saved)`` in the reverse sweep.
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Call, Const, Op, Value
from s2sad.ir.types import TUPLE, TupleType
from s2sad.transform.adjoint.state import Scope, State, pop_adjoint


def call_keys(callee: str, active: tuple[int, ...]) -> tuple[str, str]:
    """Program keys of the forward and the reverse function of a callee."""
    which = ",".join(map(str, active))
    return f"{callee}:forward:{which}", f"{callee}:reverse:{which}"


def reverse_call(state: State, op: Call, b: Builder, scope: Scope) -> None:
    (result,) = op.results
    if not state.active(result):
        return
    active = tuple(k for k, a in enumerate(op.args) if state.active(a))
    forward_key, reverse_key = call_keys(op.callee, active)
    state.requests[(op.callee, active)] = (forward_key, reverse_key)
    saved = _split(state, op, forward_key)
    g = pop_adjoint(state, result, b, scope)
    if g is None:
        g = state.zero(result, b, scope)
    recalled = state.recall(saved, b, scope)
    bars = Value(None, TupleType(tuple(op.args[k].type for k in active)))
    b.append(Call(reverse_key, [g, recalled], [bars]))
    for position, k in enumerate(active):
        state.accumulate(op.args[k], b.apply("getitem", bars, position), b, scope)


def _split(state: State, op: Call, forward_key: str) -> Value:
    """Turn the call in the forward sweep into that of the forward function; its saved values."""
    (result,) = op.results
    pair = Value(None, TupleType((result.type, TUPLE)))
    saved = Value("saved", TUPLE)
    op.callee = forward_key
    op.results = [pair]
    following: list[Op] = [Apply("getitem", [pair, Const(0)], [result], loc=op.loc),
                           Apply("getitem", [pair, Const(1)], [saved], loc=op.loc)]
    state.after.setdefault(op, []).extend(following)
    home = state.homes[op]
    for value in (pair, saved):
        state.buffers.home[value] = home
    return saved
