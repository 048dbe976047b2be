"""Declarations are checked when they are made, and formulas print short."""

from __future__ import annotations

import pytest
from derive import Application

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Block, Value
from s2sad.ir.types import FLOAT, INT
from s2sad.rules import TABLE, Table, complete, elementwise, general, linear, parse_head, zero
from s2sad.rules.types import same


def test_head() -> None:
    head = parse_head("y = np.sum(x, axis=None, keepdims=False)")
    assert head.primitive == "np.sum"
    assert head.operands == ("x", "axis", "keepdims")
    assert head.names() == ("y", "x", "axis", "keepdims")
    assert parse_head("is(x, y)").primitive == "is"
    assert parse_head("print(*values, sep=' ')").variadic == "values"
    assert parse_head("q, r = divmod(x, y)").results == ("q", "r")


@pytest.mark.parametrize("declare, message", [
    (lambda: elementwise("sin x", x="cos(x)"), "a head looks like"),
    (lambda: elementwise("y = sin(x, x)", x="cos(x)"), "a name occurs twice"),
    (lambda: elementwise("y = sin(2)", x="cos(x)"), "is not an operand's name"),
    (lambda: elementwise("y = f(x, z)", x="1"), "no formula for the operand 'z'"),
    (lambda: elementwise("y = f(x)", x="1", z="1"), "there is no operand 'z'"),
    (lambda: elementwise("y = f(x)", x="cos(w)"), "uses 'w', which is none of y, x"),
    (lambda: elementwise("y = f(x)", x="cos(x"), "is not an expression"),
    (lambda: elementwise("y = f(x)", x="x.T"), "uses an attribute"),
    (lambda: elementwise("y = f(x)", x="1", domain={"x": (1.0, 0.0)}), "the domain of 'x' is empty"),
    (lambda: linear("y = f(x)", types=same), "no formula for the operand 'x'"),
    (lambda: general("y = f(x)", types=same, jvp={}, vjp={"x": "g"}), "the same operands"),
    (lambda: complete(elementwise("y = f(x)", x="nothing_of_that_name(x)")), "which is no primitive"),
    (lambda: complete(zero("y = f(x)"), zero("y = f(x)")), "a row for 'f' exists already"),
])
def test_refused(declare: object, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        declare()  # type: ignore[operator]


def test_own_row() -> None:
    """A user's row is used like a built-in one."""
    (row,) = elementwise("y = mylib.softplus(x)", x="1.0 / (1.0 + exp(-x))")
    table = Table(TABLE.rows)
    table.add(row)
    builder = Builder(Block(), table.infer, table.signature)
    assert builder.apply("mylib.softplus", Value("x", FLOAT)).type.kind == "float"
    assert "mylib.softplus" not in TABLE


def formula(prim: str, *operands: object, k: int = 0) -> list[str]:
    """The primitives that a partial derivative appends."""
    app = Application.__new__(Application)
    row, block = TABLE[prim], Block()
    builder = Builder(block, TABLE.infer, TABLE.signature)
    values = [v if not isinstance(v, str) else Value(v, FLOAT) for v in operands]
    result = builder.apply(prim, *values)
    del app, block.ops[:]
    F = row.formulas(builder, TABLE)
    row.partials[k](F, F.term(result), *map(F.term, values))
    return [op.prim for op in block.ops]  # type: ignore[attr-defined]


def test_formulas_are_minimal() -> None:
    assert formula("math.sin", "x") == ["math.cos"]
    assert formula("mul", "x", "y") == []
    assert formula("add", "x", "y") == []
    assert formula("pow", "x", 2) == ["mul"]
    assert formula("pow", "x", 3) == ["pow", "mul"]
    assert formula("math.exp", "x") == []
    assert formula("truediv", "x", "y") == ["truediv"]


def test_scalar_power_needs_no_numpy() -> None:
    for k in (0, 1):
        assert not any(prim.startswith("np.") for prim in formula("pow", "x", Value("n", INT), k=k))
        assert not any(prim.startswith("np.") for prim in formula("pow", "x", "y", k=k))
    assert not any(prim.startswith("np.") for prim in formula("abs", "x"))
