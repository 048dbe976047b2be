"""Traces written by hand, as the transforms would make them."""

from __future__ import annotations

from collections.abc import Sequence

from s2sad.ir.builder import as_atom
from s2sad.ir.trace import Apply, Atom, Block, Const, For, Function, If, Loc, Op, Parameter, Return, Value, Yield
from s2sad.ir.types import FLOAT, INT, Type


def value(name: str | None = None, kind: Type = FLOAT) -> Value:
    return Value(name, kind)


def apply(block: Block, prim: str, *args: object, name: str | None = None, kind: Type = FLOAT, line: str = "",
          number: int = 1, adjoint: bool = False) -> Value:
    """Append one operation and return its result."""
    result = Value(name, kind)
    loc = Loc("f.py", number, text=line) if line else None
    origin = "adjoint" if adjoint else "primal"
    block.ops.append(Apply(prim, [as_atom(a) for a in args], [result], loc=loc, origin=origin))
    return result


def effect(block: Block, prim: str, *args: object, **attrs: object) -> None:
    block.ops.append(Apply(prim, [as_atom(a) for a in args], [], dict(attrs)))


def function(params: Sequence[Value], block: Block, name: str = "f", returns: str | None = None) -> Function:
    annotations = {FLOAT: "float", INT: "int"}
    declared = [Parameter(v.name or "", annotations.get(v.type)) for v in params]
    block.params = list(params)
    return Function(name, name, declared, block, returns=returns)


def branch(block: Block, cond: Atom, then: Block, orelse: Block, *results: Value) -> If:
    op = If(cond, then, orelse, list(results))
    block.ops.append(op)
    return op


def end(block: Block, *values: Atom) -> Block:
    block.ops.append(Yield(list(values)))
    return block


def finish(block: Block, result: Atom) -> None:
    block.ops.append(Return([result], loc=Loc("f.py", 9, text="return")))


def for_loop(block: Block, index: Value, start: object, stop: object, step: object, inits: Sequence[Atom],
             body: Block, params: Sequence[Value], *results: Value) -> list[Value]:
    body.params = [index, *params]
    op: Op = For(list(inits), body, list(results), start=as_atom(start), stop=as_atom(stop), step=as_atom(step))
    block.ops.append(op)
    return list(results)


def gradient_of_loop() -> Function:
    """The gradient of ``y = x; for i in range(n): y = sin(y) * x if y > 1.0 else y * y``."""
    x, n = value("x"), value("n", INT)
    block = Block()
    zeros = apply(block, "list", 0.0, kind=Type())
    saved = apply(block, "repeat", zeros, n, name="y_saved", kind=Type())
    y, i = value("y"), value("i", INT)
    body = Block()
    effect(body, "setitem", saved, i, y)
    then, orelse = Block(), Block()
    cond = apply(body, "gt", y, 1.0)
    end(then, apply(then, "mul", apply(then, "math.sin", y), x, name="y"))
    end(orelse, apply(orelse, "mul", y, y, name="y", line="y = y * y"))
    merged, last = value("y"), value("y")
    branch(body, cond, then, orelse, merged)
    end(body, merged)
    for_loop(block, i, 0, n, 1, [x], body, [y], last)
    effect(block, "comment", text="reverse sweep")
    _reverse_of_loop(block, x, n, saved)
    return function([x, n], block, "f_grad", "float")


def _reverse_of_loop(block: Block, x: Value, n: Value, saved: Value) -> None:
    body, then, orelse = Block(), Block(), Block()
    i, y_bar, x_bar = value("i", INT), value("y_bar"), value("x_bar")
    y = apply(body, "getitem", saved, i, name="y")
    cond = apply(body, "gt", y, 1.0)
    step = apply(then, "mul", apply(then, "math.sin", y), y_bar)
    end(then, apply(then, "add", x_bar, step, name="x_bar"),
        apply(then, "mul", apply(then, "mul", apply(then, "math.cos", y), x), y_bar, name="y_bar"))
    end(orelse, x_bar, apply(orelse, "mul", apply(orelse, "mul", 2.0, y), y_bar, name="y_bar"))
    merged = [value("x_bar"), value("y_bar")]
    branch(body, cond, then, orelse, *merged)
    end(body, merged[1], merged[0])
    first = apply(block, "sub", n, 1, kind=INT)
    results = for_loop(block, i, first, -1, -1, [Const(1.0), Const(0.0)], body, [y_bar, x_bar], value("y_bar"),
                       value("x_bar"))
    total = apply(block, "add", results[1], results[0], name="x_bar", line="y = x", adjoint=True)
    finish(block, total)
