"""The adjoint of control flow around errors: branches that raise, `with` and `try`.

A branch of which one side raises reverses into the other side, which was taken if the reverse sweep is reached::

    if w0:                          |
        raise e                     |
    else:                           |
        y = mul(x, x)               |    x_bar = 2.0 * x * y_bar
        yield y                     |
    -> y.1                          |

The context of a `with` is entered in the forward sweep only, but for NumPy's error state, under which the mirrored
statements stand too.  A `try` records whether its statements were completed, and reverses into a branch on that.
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Const,
    If,
    Op,
    Raise,
    Terminator,
    Try,
    Value,
    With,
    Yield,
    plain_branch,
    walk,
)
from s2sad.ir.types import BOOL
from s2sad.transform.adjoint.state import Scope, State, pop_adjoint

ReverseBlock = Callable[[State, Block, Builder, Scope, list[Atom | None]], None]


def reverse_certain(state: State, op: If, b: Builder, scope: Scope, reverse_block: ReverseBlock) -> bool:
    """Reverse a branch of which one side raises; whether it is one."""
    if isinstance(op, Try):
        _check_stores(state, op)
    sides = [block for block in (op.then, op.orelse) if not isinstance(block.ops[-1], Raise)]
    if len(sides) == 2:
        return False
    entering = [pop_adjoint(state, result, b, scope) for result in op.results]
    context = state.buffers.definition.get(op.cond) if isinstance(op.cond, Value) else None
    if isinstance(op, With) and isinstance(context, Apply) and context.prim == "np.errstate":
        _reverse_within(state, op, context, b, scope, entering, reverse_block)
        return True
    for side in sides:
        reverse_block(state, side, b, scope, entering)
    return True


def _reverse_within(state: State, op: With, context: Apply, b: Builder, scope: Scope, entering: list[Atom | None],
                    reverse_block: ReverseBlock) -> None:
    """The mirrored statements stand under the same error state."""
    inner, block = scope.inner(), Block()
    side = b.at(block)
    reverse_block(state, op.then, side, inner, entering)
    changed = [key for key in inner.adjoints if inner.adjoints[key] is not scope.adjoints.get(key)]
    block.ops.append(Yield([inner.adjoints[key] for key in changed], loc=op.loc, origin="adjoint"))
    results = []
    for key in changed:
        value = inner.adjoints[key]
        results.append(Value(value.name if isinstance(value, Value) else None, value.type))
        scope.adjoints[key] = results[-1]
    b.loc = op.loc
    again = b.apply("np.errstate", *(state.recall(a, b, scope) for a in context.args))
    b.append(With(again, block, Block(ops=[Raise([])]), results))


def _check_stores(state: State, op: Try) -> None:
    """An error in the middle leaves some stores done: only one that is the last thing to fail is certain.

    Law L9: the reverse sweep of a handler undoes none."""
    inside = set(walk(op.then))
    last = last_to_fail(op.then)
    for inner in walk(Block(ops=[*op.then.ops, *(op.final.ops if op.final is not None else [])])):
        target = inner.args[at] if isinstance(inner, Apply) and (
            at := state.table.signature(inner.prim).mutates) is not None else None
        if not isinstance(target, Value) or not state.active(state.buffers.root(target)):
            continue
        made = state.buffers.definition.get(state.buffers.root(target))
        if made in inside:
            continue
        if inner in last or (inner in inside and isinstance(op.orelse.ops[-1], Raise)):
            continue
        raise UnsupportedError(
            "a store that an error in the same try may follow", loc=inner.loc, function=state.function.name,
            hint="store after the try, or make the store its last statement")


def condition(state: State, op: If) -> Atom:
    """What tells, after the forward sweep, which side was taken."""
    return _completed(state, op) if isinstance(op, Try) else op.cond


def _completed(state: State, op: Try) -> Value:
    """Whether the guarded statements of a `try` were completed: recorded as one more result, unless one tells it."""
    ends = [block.ops[-1] for block in (op.then, op.orelse)]
    for k, known in enumerate(op.results):
        if [end.operands()[k] if isinstance(end, Yield) else None for end in ends] == [Const(True), Const(False)]:
            return known
    result = Value("completed", BOOL)
    for block in op.blocks():
        end = block.ops[-1]
        if isinstance(end, Yield):
            end.values = [*end.values, Const(block is op.then)]
    op.results = [*op.results, result]
    state.buffers.home[result] = state.homes[op]
    state.buffers.definition[result] = op
    return result


def last_to_fail(block: Block) -> set[Op]:
    """The last operation of a block that may raise, and those after it."""
    found: set[Op] = set()
    for op in reversed(block.ops):
        found.add(op)
        if isinstance(op, Terminator) or (isinstance(op, Apply) and op.prim in ("append", "tuple", "assign")):
            continue
        if isinstance(op, If) and plain_branch(op):
            found |= last_to_fail(op.then) | last_to_fail(op.orelse)
        break
    return found
