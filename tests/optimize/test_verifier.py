"""The verifier accepts well-formed traces and names each fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from s2sad.errors import InternalError
from s2sad.ir.printer import print_function
from s2sad.ir.rewrite import clone_function, substitute, uses
from s2sad.ir.trace import (
    Apply,
    Block,
    Break,
    Const,
    For,
    Function,
    If,
    Op,
    Parameter,
    Return,
    Value,
    While,
    Yield,
    walk,
)
from s2sad.ir.verifier import verify


def function(params: list[Value], ops: list[Op]) -> Function:
    return Function("m:f", "f", [Parameter(v.name or "_") for v in params], Block(params, ops))


def example() -> Function:
    """A loop with a branch and a while loop."""
    x, i, c, y, b, r, s = (Value(n) for n in "xicybrs")
    p, q, lt = Value("p"), Value("p"), Value()
    branch = If(b, Block([], [Apply("mul", [c, x], [y]), Yield([y])]), Block([], [Break([c])]), [Value("m")])
    body = Block([i, c], [Apply("gt", [c, Const(1.0)], [b]), branch, Yield([branch.results[0]])])
    loop = For([x], body, [r], Const(0), Const(3), Const(1))
    cond = Block([p], [Apply("lt", [p, Const(9.0)], [lt]), Yield([lt])])
    t = Value("t")
    loop2 = While([r], Block([q], [Apply("add", [q, Const(1.0)], [t]), Yield([t])]), [s], cond)
    return function([x], [loop, loop2, Return([s])])


def test_accepts_and_copies() -> None:
    first = example()
    verify(first, "test")
    second, mapping = clone_function(first)
    verify(second, "test")
    assert print_function(first) == print_function(second)
    assert mapping[first.values[0]] is second.values[0]
    assert not {id(op) for op in walk(first.block)} & {id(op) for op in walk(second.block)}


def test_substitute_and_uses() -> None:
    f = example()
    x = f.values[0]
    assert uses(f.block)[x] == 2
    substitute(f.block, {x: Const(2.0)})
    assert uses(f.block)[x] == 0
    assert "carrying c = 2.0" in print_function(f)


def twice() -> Function:
    x = Value("x")
    return function([x], [Apply("neg", [Const(1)], [x]), Return([x])])


def undefined() -> Function:
    return function([], [Return([Value("y")])])


def out_of_scope() -> Function:
    x, w = Value("x"), Value("w")
    then = Block([], [Apply("neg", [x], [w]), Yield([])])
    return function([x], [If(x, then, Block([], [Yield([])])), Return([w])])


def while_scope() -> Function:
    f = example()
    loop = f.block.ops[1]
    assert isinstance(loop, While)
    loop.body.ops[0].set_operands([loop.cond.params[0], Const(1.0)])
    return f


def no_terminator() -> Function:
    return function([], [Apply("neg", [Const(1)], [Value()])])


def two_terminators() -> Function:
    return function([], [Return([Const(1)]), Return([Const(1)])])


def arity() -> Function:
    f = example()
    loop = f.block.ops[0]
    assert isinstance(loop, For)
    loop.body.ops[-1].set_operands([])
    return f


def break_outside() -> Function:
    x = Value("x")
    return function([x], [If(x, Block([], [Break([])]), Block([], [Yield([])])), Return([x])])


def returns_two() -> Function:
    return function([], [Return([Const(1), Const(2)])])


@pytest.mark.parametrize(("build", "message"), [
    (twice, "defined twice"),
    (undefined, "used where it is not defined"),
    (out_of_scope, "used where it is not defined"),
    (while_scope, "used where it is not defined"),
    (no_terminator, "does not end in a terminator"),
    (two_terminators, "in the middle of a block"),
    (arity, "0 values yielded, 1 expected"),
    (break_outside, "break outside a loop"),
    (returns_two, "2 values returned"),
])
def test_names_the_fault(build: Callable[[], Function], message: str) -> None:
    with pytest.raises(InternalError, match=message) as error:
        verify(build(), "a pass")
    assert "broken trace after a pass" in str(error.value)
    assert "<-- here" in str(error.value) or "function f(" in str(error.value)
