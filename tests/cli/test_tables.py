"""Evaluation tables and their notation, on traces written by hand."""

from __future__ import annotations

import json

import example_traces as traces
import numpy as np
import pytest

from s2sad.backend.figures import figure
from s2sad.backend.notation import Notation
from s2sad.backend.tables import Row, render, rows_of
from s2sad.ir.trace import Apply, Const, If, Return, Value


def lines(function, *args):
    return [(row.when, row.variable, row.expression, figure(row.value)) for row in rows_of(function, args)]


def test_straight_line():
    assert [line[1:] for line in lines(traces.textbook(), 2, 5)] == [
        ("a", "a", "2"), ("b", "b", "5"), ("w0", "sin(a)", "0.909297"), ("w1", "b * w0", "4.546487"),
        ("w2", "b ** 2", "25"), ("r", "w1 + w2", "29.546487")]


def test_loop_and_branch_have_a_row_for_each_statement():
    assert lines(traces.growth(), 0.5, 2)[2:] == [
        ("i=0", "i", "range(n)", "0"), ("i=0", "if", "y > 1.0", "False"), ("i=0", "y", "y * y", "0.25"),
        ("i=1", "i", "range(n)", "1"), ("i=1", "if", "y > 1.0", "False"), ("i=1", "y", "y * y", "0.0625")]


def test_while_counts_its_passes():
    assert lines(traces.doubling(), 4)[1:] == [
        ("#1", "while", "y < 10.0", "True"), ("#1", "y", "y * 2", "8"),
        ("#2", "while", "y < 10.0", "True"), ("#2", "y", "y * 2", "16"), ("#3", "while", "y < 10.0", "False")]


def test_calls_show_what_they_execute():
    assert lines(traces.factorial(), 2) == [
        ("", "m", "m", "2"), ("", "if", "m <= 1", "False"), ("", "w0", "m - 1", "1"),
        ("factorial()#2", "m", "w0", "1"), ("factorial()#2", "if", "m <= 1", "True"),
        ("", "p", "factorial(w0)", "1"), ("", "r", "p * m", "2")]


def test_stores_show_the_cell_and_rows_keep_what_they_saw():
    rows = rows_of(traces.store(), [np.array([3.0, 4.0]), 1])
    assert [(row.variable, row.expression) for row in rows[2:]] == [
        ("w0", "A[i]"), ("w1", "w0 * 2"), ("A[1:]", "w1"), ("w2", "A[0]"), ("w3", "A[1]"), ("r", "w2 + w3")]
    assert figure(rows[0].value) == "[3, 4]  shape (2,)"
    assert figure(rows[4].value) == "[8]  shape (1,)"


def test_seeds_and_origins_split_the_tables():
    a, seed, w = Value("a"), Value("r_bar"), Value("a_bar")
    function = traces.function("f_vjp", [a, seed], [Apply("mul", [seed, a], [w], origin="adjoint"), Return([w])])
    assert [row.table for row in rows_of(function, [2.0, 1.0], seeds=["r_bar"])] == ["primal", "adjoint", "adjoint"]
    assert [row.table for row in rows_of(function, [2.0, 1.0])] == ["primal", "primal", "adjoint"]


def parts(*specs):
    """Expressions in which every value but the last is written inline."""
    named = {name: Value(name) for name in "abc"}
    ops, previous = [], []
    for prim, *args in specs:
        atoms = [named[x] if isinstance(x, str) else previous[x[0]] if isinstance(x, list) else Const(x) for x in args]
        result = Value()
        result.inline = len(previous) < len(specs) - 1
        previous.append(result)
        ops.append(Apply(prim, atoms, [result]))
    function = traces.function("f", list(named.values()), [*ops, Return([previous[-1]])])
    return Notation(function).expression(ops[-1])


@pytest.mark.parametrize("specs, text", [
    ([("add", "a", "b"), ("mul", [0], "c")], "(a + b) * c"),
    ([("mul", "a", "b"), ("add", [0], "c")], "a * b + c"),
    ([("sub", "b", "c"), ("sub", "a", [0])], "a - (b - c)"),
    ([("sub", "a", "b"), ("sub", [0], "c")], "a - b - c"),
    ([("pow", "b", "c"), ("pow", "a", [0])], "a ** b ** c"),
    ([("pow", "a", "b"), ("pow", [0], "c")], "(a ** b) ** c"),
    ([("neg", "a"), ("pow", [0], 2)], "(-a) ** 2"),
    ([("pow", "a", 2), ("neg", [0])], "-a ** 2"),
    ([("pow", -2.0, "a")], "(-2.0) ** a"),
    ([("mul", "a", -2.0)], "a * -2.0"),
    ([("lt", "a", "b"), ("not", [0])], "not a < b"),
    ([("slice", 1, None, None), ("slice", None, None, -1), ("tuple", [0], [1], Ellipsis), ("getitem", "a", [2])],
     "a[1:, ::-1, ...]"),
    ([("np.transpose", "a", None), ("matmul", [0], "b")], "a.T @ b"),
    ([("shape", "a"), ("getitem", [0], 0)], "a.shape[0]"),
    ([("gt", "a", 0), ("select", [0], "b", "c")], "b if a > 0 else c"),
])
def test_expressions_have_the_parentheses_they_need(specs, text):
    assert parts(*specs) == text


def test_a_conditional_expression_is_written_in_place():
    a, c, x, r = traces.values("a", "", "", "r")
    c.inline = x.inline = True
    choice = If(c, traces.Block([], [traces.Yield([a])]), traces.Block([], [traces.Yield([Const(0.0)])]), [x])
    op = Apply("mul", [x, Const(2.0)], [r])
    function = traces.function("f", [a], [Apply("gt", [a, Const(0)], [c]), choice, op, Return([r])])
    assert Notation(function).expression(op) == "(a if a > 0 else 0.0) * 2.0"
    assert lines(function, 3.0)[1:] == [("", "r", "(a if a > 0 else 0.0) * 2.0", "6")]


@pytest.mark.parametrize("value, text", [
    (True, "True"), (3, "3"), (25.0, "25"), (0.9092974268256817, "0.909297"), (-0.0, "0"), (1e-12, "1e-12"),
    (2.5e20, "2.5e+20"), (float("inf"), "inf"), (1 - 2j, "1-2j"), (np.float32(0.5), "0.5"), (None, "None"),
    (np.zeros(3), "[0, 0, 0]  shape (3,)"), (np.arange(9.0), "[0, 1, …, 8]  shape (9,)"),
    (np.eye(2), "[[1, 0], [0, 1]]  shape (2, 2)"), (np.zeros((5, 4)), "[[0, 0, 0, 0], …]  shape (5, 4)"),
    (np.ones(1, np.float32), "[1]  shape (1,) float32"), (np.array(2.0), "2"), ((1.0, [2, 3]), "(1, [2, 3])"),
])
def test_figures(value, text):
    assert figure(value) == text


def test_json_holds_what_json_can():
    rows = [Row("primal", "x", "x", float("nan")), Row("primal", "A", "A", np.eye(2)),
            Row("primal", "B", "B", np.zeros(100)), Row("primal", "t", "t", (np.float32(1.5), None), 3, (("i", 2),))]
    entries = json.loads(render(rows, "json"))["primal"]
    assert [entry["value"] for entry in entries] == ["nan", [[1, 0], [0, 1]], "[0, 0, …, 0]  shape (100,)", [1.5, None]]
    assert entries[3]["line"] == 3 and entries[3]["iteration"] == [["i", 2]]


def test_html_is_escaped():
    assert "<td>a &lt; b</td>" in render([Row("primal", "c", "a < b", True)], "html")


def test_unknown_format():
    with pytest.raises(ValueError, match="'table', 'html' or 'json'"):
        render([], "xml")
