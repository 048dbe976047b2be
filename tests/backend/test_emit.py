"""Hand-built traces and the text that they become."""

from __future__ import annotations

from backend import traces
from backend.traces import apply, branch, effect, end, finish, for_loop, function, value
from s2sad.backend.load import load
from s2sad.backend.module import Unit, emit_function, emit_module
from s2sad.ir.trace import UNDEF, Apply, Block, Break, Const, Function, Program, While
from s2sad.ir.types import INT, NUMBER, SLICE, Num
from s2sad.optimize import assemble
from s2sad.rules import TABLE


def text_of(f: Function, trailing: bool = False) -> str:
    assemble.run(f, TABLE)
    return emit_function(f, TABLE.signature, trailing=trailing)


def body_of(f: Function) -> list[str]:
    return [line[4:] for line in text_of(f).splitlines()[1:]]


def test_gradient_of_a_loop() -> None:
    f = traces.gradient_of_loop()
    text = text_of(f)
    assert text == '''\
def f_grad(x: float, n: int) -> float:
    # forward sweep
    y_saved = [0.0] * n
    y = x
    for i in range(n):
        y_saved[i] = y
        if y > 1.0:
            y = sin(y) * x
        else:
            y = y * y
    # reverse sweep
    y_bar = 1.0
    x_bar = 0.0
    for i in range(n - 1, -1, -1):
        y = y_saved[i]
        if y > 1.0:
            x_bar += sin(y) * y_bar
            y_bar = cos(y) * x * y_bar
        else:
            y_bar = 2.0 * y * y_bar
    x_bar += y_bar  # y = x
    return x_bar
'''
    scope = load(emit_module([Unit(Program("f_grad", {"f_grad": f}))], TABLE.signature), "f_grad")
    assert abs(scope["f_grad"](0.5, 2) - 0.5) < 1e-15


def test_contributions_of_one_line_are_one_statement() -> None:
    a, b, block = value("a"), value("b"), Block()
    line = "r = b * sin(a) + b ** 2"
    first = apply(block, "mul", 2.0, b, name="b_bar", line=line, adjoint=True)
    sine = apply(block, "math.sin", a, line=line, adjoint=True)
    b_bar = apply(block, "add", first, sine, name="b_bar", line=line, adjoint=True)
    a_bar = apply(block, "mul", b, apply(block, "math.cos", a, line=line, adjoint=True), name="a_bar", line=line,
                  adjoint=True)
    finish(block, apply(block, "tuple", a_bar, b_bar))
    assert body_of(function([a, b], block)) == [
        "# r = b * sin(a) + b ** 2", "b_bar = sin(a) + 2.0 * b", "a_bar = b * cos(a)", "return a_bar, b_bar"]


def test_a_value_is_not_moved_past_a_store() -> None:
    a, block = value("A", Num("float", "float64", (None,))), Block()
    buffer = apply(block, "np.copy", a, name="B", kind=a.type)
    read = apply(block, "getitem", buffer, 0)
    effect(block, "setitem", buffer, 0, 5.0)
    finish(block, apply(block, "mul", read, 2.0))
    assert body_of(function([a], block)) == ["B = np.copy(A)", "w0 = B[0]", "B[0] = 5.0", "return w0 * 2.0"]


def test_updates_in_place() -> None:
    a, i = value("A", Num("float", "float64", (None,))), value("i", INT)
    rows, block = value("rows", Num("int", "int64", (None,))), Block()
    read = apply(block, "getitem", a, apply(block, "add", i, 1, kind=INT))
    effect(block, "setitem", a, apply(block, "add", i, 1, kind=INT), apply(block, "sub", read, 2.0))
    effect(block, "accumulate_at", a, apply(block, "slice", None, -2, None, kind=SLICE), 1.0)
    effect(block, "accumulate_at", a, rows, 1.0)
    effect(block, "iadd", a, a)
    finish(block, a)
    assert body_of(function([a, i, rows], block)) == [
        "A[i + 1] -= 2.0", "A[:-2] += 1.0", "np.add.at(A, rows, 1.0)", "A += A", "return A"]


def test_branches() -> None:
    x, block = value("x"), Block()
    empty, stores = Block(), Block()
    cond = apply(block, "lt", x, 0.0)
    y, z = value("y"), apply(stores, "mul", x, x, name="y")
    branch(block, cond, end(empty, x), end(stores, z), y)
    inner, other = Block(), Block()
    effect(inner, "print", 1, " ", "\n")
    branch(block, apply(block, "gt", y, 3.0), end(Block()), end(inner))
    effect(other, "print", 2, " ", "\n")
    nested = Block()
    branch(nested, apply(nested, "gt", y, 4.0), end(other), end(Block()))
    again = Block()
    effect(again, "print", 3, " ", "\n")
    branch(block, apply(block, "gt", y, 5.0), end(again), end(nested))
    finish(block, y)
    assert body_of(function([x], block)) == [
        "if x < 0.0:", "    y = x", "else:", "    y = x * x", "if not y > 3.0:", "    print(1)",
        "if y > 5.0:", "    print(3)", "elif y > 4.0:", "    print(2)", "return y"]


def test_conditional_expressions_and_truth_values() -> None:
    x, y, block = value("x"), value("y"), Block()
    p = apply(block, "lt", x, 0.0)
    then = Block()
    q = apply(then, "gt", y, 1.0)
    both = value()
    branch(block, p, end(then, q), end(Block(), Const(False)), both)
    result = value()
    branch(block, both, end(Block(), x), end(Block(), y), result)
    finish(block, apply(block, "mul", result, 2.0))
    assert body_of(function([x, y], block)) == ["return (x if x < 0.0 and y > 1.0 else y) * 2.0"]


def test_unset_variables_print_as_nothing() -> None:
    x, n, block = value("x"), value("n", INT), Block()
    body = Block()
    t, old = value("t"), value("t")
    new = apply(body, "mul", x, 2.0, name="t")
    end(body, new)
    for_loop(block, value("i", INT), 0, n, 1, [UNDEF], body, [old], t)
    finish(block, t)
    assert body_of(function([x, n], block)) == ["for _ in range(n):", "    t = x * 2.0", "return t"]


def test_parallel_copies() -> None:
    a, b, n, block = value("a"), value("b"), value("n", INT), Block()
    p, q, r = value("a"), value("b"), value("c")
    for_loop(block, value("i", INT), 0, n, 1, [a, b, Const(0.0)], end(Block(), q, p, q), [p, q, r], value("a"),
             value("b"), out := value("c"))
    finish(block, out)
    assert body_of(function([a, b, n], block)) == [
        "c = 0.0", "for _ in range(n):", "    c = b", "    a, b = b, a", "return c"]


def test_while_with_statements_in_its_condition() -> None:
    x, block = value("x"), Block()
    y, z, last = value("x"), value("x"), value("x")
    cond, body = Block([y]), Block([z])
    t = apply(cond, "mul", y, y, name="t")
    end(cond, apply(cond, "gt", t, 3.0))
    end(body, apply(body, "sub", z, 1.0, name="x"))
    block.ops.append(While([x], body, [last], cond=cond))
    finish(block, last)
    assert body_of(function([x], block)) == [
        "while True:", "    t = x * x", "    if not t > 3.0:", "        break", "    x -= 1.0", "return x"]


def test_break_inside_a_branch() -> None:
    x, n, block, body, then = value("x"), value("n", INT), Block(), Block(), Block()
    y, last = value("y"), value("y")
    new = apply(body, "mul", y, x, name="y")
    then.ops.append(Break([apply(then, "neg", new, name="y")]))
    branch(body, apply(body, "gt", new, 5.0), then, end(Block()))
    end(body, new)
    for_loop(block, value("i", INT), 0, n, 1, [Const(1.0)], body, [y], last)
    finish(block, last)
    assert body_of(function([x, n], block)) == [
        "y = 1.0", "for _ in range(n):", "    y *= x", "    if y > 5.0:", "        y = -y", "        break", "return y"]


def test_names_that_clash() -> None:
    sine, w0, block = value("sin"), value("w0"), Block()
    t = apply(block, "math.sin", sine)
    f = function([sine, w0], block)
    finish(block, apply(block, "add", apply(block, "mul", t, t), w0, name="lambda"))
    text = emit_module([Unit(Program("f", {"f": f}))], TABLE.signature)
    assert "from math import sin as _sin" in text
    assert "w1 = _sin(sin)\n" in text
    assert "lambda_1 = " in text


def test_calls_and_keywords() -> None:
    x, block = value("x", NUMBER), Block()
    total = apply(block, "np.sum", x, 0, None, True, kind=NUMBER)
    finish(block, apply(block, "helper.unbroadcast", total, x, kind=NUMBER))
    f = function([x], block)
    assemble.run(f, TABLE)
    text = emit_module([Unit(Program("f", {"f": f}))], TABLE.signature)
    assert "import numpy as np\n" in text
    assert "return _unbroadcast(np.sum(x, axis=0, keepdims=True), x)" in text
    assert text.count("def _unbroadcast(g, x):") == 1


def test_long_expressions_are_cut_into_temporaries() -> None:
    names = [value(f"quantity_{k}") for k in range(9)]
    block = Block()
    total = names[0]
    for other in names[1:]:
        total = apply(block, "mul", total, apply(block, "math.sin", other), adjoint=True)
    finish(block, total)
    text = text_of(function(names, block))
    assert max(map(len, text.splitlines())) <= 88
    assert "w1 = w0 * sin(quantity_4)" in text


def test_trace_style_puts_comments_behind_in_one_column() -> None:
    x, block = value("x"), Block()
    a = apply(block, "mul", x, 2.0, name="a_bar", line="a = x", number=1, adjoint=True)
    b = apply(block, "mul", a, a, name="long_bar", line="b = a", number=2, adjoint=True)
    c = apply(block, "mul", a, b, name="c_bar", line="b = a", number=2, adjoint=True)
    finish(block, c)
    assert text_of(function([x], block), trailing=True).splitlines()[1:] == [
        "    a_bar = x * 2.0           # a = x", "    long_bar = a_bar * a_bar  # b = a",
        "    c_bar = a_bar * long_bar", "    return c_bar"]


def test_comment_ops_without_statements_are_dropped() -> None:
    x, block = value("x"), Block()
    block.ops.append(Apply("comment", [], attrs={"text": "reverse sweep"}))
    finish(block, x)
    assert body_of(function([x], block)) == ["return x"]


def test_one_value_under_two_names_is_one_variable() -> None:
    x, block, then, orelse = value("x"), Block(), Block(), Block()
    squared = apply(then, "mul", x, x, name="x")
    doubled = apply(orelse, "mul", 2.0, x, name="x")
    merged, kept = value("x"), value("x")
    cond = apply(block, "gt", x, 1.0, name="c")
    branch(block, cond, end(then, squared, squared), end(orelse, doubled, UNDEF), merged, kept)
    finish(block, apply(block, "mul", merged, kept))
    assert body_of(function([x], block)) == [
        "c = x > 1.0", "if c:", "    x = x * x", "else:", "    x = 2.0 * x", "return x * x"]
