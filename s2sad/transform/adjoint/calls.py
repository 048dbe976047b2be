"""The adjoint of a call that is not inlined: a forward and a reverse function of its own.

``y = g(a, b)`` becomes ``y, saved = g_forward(a, b)`` in the forward sweep, and
``a_bar, b_bar = g_reverse(y_bar, saved)`` in the reverse sweep.  An argument that `g` stores into gives its shadow,
which the reverse function takes through the stores backwards: ``g_reverse(saved, A_bar)``.
"""

from __future__ import annotations

from s2sad.analysis.aliases import is_reference
from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Call, Const, Op, Value
from s2sad.ir.types import NONE, TUPLE, TupleType, may_carry_derivative
from s2sad.transform.adjoint.state import CallRequest, Scope, State, pop_adjoint


def call_keys(request: CallRequest) -> tuple[str, str]:
    """Program keys of the forward and the reverse function of a callee."""
    which = ",".join(map(str, request.active))
    if request.changing:
        which += ";" + ",".join(map(str, request.changing))
    return f"{request.callee}:forward:{which}", f"{request.callee}:reverse:{which}"


def _changing(state: State, op: Call) -> tuple[int, ...]:
    """The arguments, and -1 for the result, that the caller stores into later: the reverse needs them as they were."""
    found = [k for k, a in enumerate(op.args) if is_reference(a.type) and state.buffers.changed_after(op, a)]
    (result,) = op.results
    return (*found, -1) if is_reference(result.type) and state.buffers.changed_after(op, result) else tuple(found)


def reverse_call(state: State, op: Call, b: Builder, scope: Scope) -> None:
    (result,) = op.results
    active = tuple(k for k, a in enumerate(op.args) if state.active(a))
    written = [k for k in active if k in state.effects[op.callee].writes]
    if not state.active(result) and not written:
        return
    request = CallRequest(op.callee, active, _changing(state, op))
    forward_key, reverse_key = call_keys(request)
    state.requests[request] = (forward_key, reverse_key)
    saved = _split(state, op, forward_key)
    seeds: list[Atom] = []
    if has_seed(result):
        g = pop_adjoint(state, result, b, scope)
        seeds = [state.zero(result, b, scope) if g is None else g]
    recalled = state.recall(saved, b, scope)
    shadows = [_shadow(state, op.args[k], b, scope) for k in written]
    others = [k for k in active if k not in written]
    bars = Value(None, TupleType(tuple(op.args[k].type for k in others)))
    b.append(Call(reverse_key, [*seeds, recalled, *shadows], [bars]))
    for position, k in enumerate(others):
        state.accumulate(op.args[k], b.apply("getitem", bars, position), b, scope)


def has_seed(result: Atom) -> bool:
    """Whether a reverse function takes an adjoint of its function's result."""
    return result.type != NONE and may_carry_derivative(result.type)


def _shadow(state: State, atom: Atom, b: Builder, scope: Scope) -> Value:
    shadow = state.shadow(atom, b, scope) if isinstance(atom, Value) else None
    assert shadow is not None, "an array that a callee stores into has no shadow"
    return shadow


def _split(state: State, op: Call, forward_key: str) -> Value:
    """Turn the call in the forward sweep into that of the forward function; its saved values."""
    (result,) = op.results
    pair = Value(None, TupleType((result.type, TUPLE)))
    saved = Value("saved", TUPLE)
    state.effects[forward_key] = state.effects[op.callee]
    op.callee = forward_key
    op.results = [pair]
    following: list[Op] = [Apply("getitem", [pair, Const(0)], [result], loc=op.loc),
                           Apply("getitem", [pair, Const(1)], [saved], loc=op.loc)]
    state.after.setdefault(op, []).extend(following)
    home = state.homes[op]
    for value in (pair, saved):
        state.buffers.home[value] = home
    return saved
