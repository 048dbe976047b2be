"""`s2sad trace` and `s2sad graph`."""

from __future__ import annotations

import json
import xml.etree.ElementTree

import pytest


def entries(result, table):
    assert result.exit_code == 0, result.output
    return [(row["variable"], row["value"]) for row in json.loads(result.stdout)[table]]


def test_trace_without_a_point_prints_the_trace(run, model):
    result = run("trace", f"{model}:f")
    assert result.exit_code == 0 and result.stdout.startswith("function f(a")
    assert "math.sin(a)" in result.stdout


def test_the_textbook_table(run, model):
    result = run("trace", f"{model}:f", "--at", "a=2,b=5")
    assert result.exit_code == 0, result.output
    assert result.stdout == """\
evaluation trace
variable  expression  value
--------  ----------  ---------
a         a           2
b         b           5
w0        sin(a)      0.909297
w1        b * w0      4.546487
w2        b ** 2      25
r         w1 + w2     29.546487
"""


def test_the_tangent_table(run, model):
    result = run("trace", f"{model}:f", "--at", "a=2,b=5", "--mode", "forward", "--format", "json",
                 "--seed", "a_dot=1,b_dot=0")
    tangents = dict(entries(result, "tangent"))
    assert tangents["a_dot"] == 1 and tangents["b_dot"] == 0
    assert tangents["w0_dot"] == pytest.approx(-0.416147, abs=1e-6)
    assert tangents["w1_dot"] == pytest.approx(-2.080734, abs=1e-6)
    assert tangents["w2_dot"] == 0
    assert tangents["r_dot"] == pytest.approx(-2.080734, abs=1e-6)


def test_the_adjoint_table(run, model):
    rows = entries(run("trace", f"{model}:f", "--at", "a=2,b=5", "--mode", "reverse", "--format", "json"), "adjoint")
    adjoints = dict(rows)
    assert [value for name, value in rows if name == "b_bar"] == pytest.approx([10, 10.909297426825681])
    assert adjoints["r_bar"] == adjoints["w1_bar"] == adjoints["w2_bar"] == 1
    assert adjoints["w0_bar"] == 5
    assert adjoints["a_bar"] == pytest.approx(-2.080734, abs=1e-6)


def test_loops_repeat_their_rows_with_the_iteration(run, model):
    result = run("trace", f"{model}:power", "--at", "x=2.0,n=3", "--format", "json")
    rows = json.loads(result.stdout)["primal"]
    shown = [(row["variable"], row["value"], row["iteration"]) for row in rows if row["variable"] == "y"]
    assert shown == [("y", 3.0, [["i", 0]]), ("y", 5.0, [["i", 1]]), ("y", 10.0, [["i", 2]])]
    assert "iteration" in run("trace", f"{model}:power", "--at", "x=2.0,n=3").stdout


def test_arrays_are_abbreviated_with_their_shape(run, tmp_path):
    path = tmp_path / "arrays.py"
    path.write_text("import numpy as np\n\n\ndef norm(x):\n    return np.sqrt(np.sum(x * x))\n")
    result = run("trace", f"{path}:norm", "--at", "x=[1.0, 2.0, 3.0, 4.0, 5.0]")
    assert result.exit_code == 0, result.output
    assert "[1, 2, …, 5]  shape (5,)" in result.stdout and "7.416198" in result.stdout


def test_html_is_a_page_with_every_table(run, model, tmp_path):
    out = tmp_path / "f.html"
    arguments = ("trace", f"{model}:f", "--at", "a=2,b=5", "--mode", "reverse", "--format", "html", "-o", out)
    assert run(*arguments).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and text.count("<table>") == 2 and "10.909297" in text
    assert run(*arguments).exit_code == 0
    out.write_text("<p>mine</p>", encoding="utf-8")
    assert run(*arguments).exit_code == 1


@pytest.mark.parametrize("options, words", [
    (["--at", "a=2"], "needs a value of b"),
    (["--at", "a=2,b=5,c=1"], "no parameter 'c'"),
    (["--at", "a=2,b"], "NAME=VALUE"),
    (["--at", "a=2,b=open('x')"], "not a Python literal"),
    (["--at", "a=2,b=1", "--at", "a=3"], "given twice"),
    (["--mode", "forward"], "need a point"),
    (["--at", "a=2,b=5", "--seed", "r_bar=1"], "--seed needs --mode"),
])
def test_wrong_points_are_usage_errors(run, model, options, words):
    result = run("trace", f"{model}:f", *options)
    assert result.exit_code == 2 and words in result.stderr


def test_one_function_has_to_be_named(run, model):
    result = run("trace", model)
    assert result.exit_code == 2 and f"{model}:f, {model}:power, {model}:main" in result.stderr


def test_the_adjoint_of_an_array_has_to_be_given(run, tmp_path):
    path = tmp_path / "arrays.py"
    path.write_text("import numpy as np\n\n\ndef g(x):\n    y = np.sin(x) * 2.0\n    return y\n")
    reverse = ("trace", f"{path}:g", "--at", "x=[0.0, 0.0]", "--mode", "reverse")
    result = run(*reverse)
    assert result.exit_code == 1 and "no default" in result.stderr and "y_bar" in result.stderr
    result = run(*reverse, "--seed", "z_bar=[1.0, 3.0]")
    assert result.exit_code == 1 and "no seed 'z_bar'" in result.stderr and "seeds are y_bar" in result.stderr
    rows = entries(run(*reverse, "--seed", "y_bar=[1.0, 3.0]", "--format", "json"), "adjoint")
    assert rows[-1] == ("x_bar", [2.0, 6.0])


def test_errors_of_the_function_itself(run, tmp_path):
    path = tmp_path / "divide.py"
    path.write_text("def f(x: float) -> float:\n    return 1.0 / x\n")
    result = run("trace", path, "--at", "x=0.0")
    assert result.exit_code == 1 and "ZeroDivisionError" in result.stderr and "Traceback" not in result.stderr


def test_graph_in_every_format(run, model):
    mermaid = run("graph", f"{model}:f", "--at", "a=2,b=5")
    assert mermaid.exit_code == 0, mermaid.output
    assert 'n2["w0 = sin(a)<br/>0.909297"]' in mermaid.stdout
    dot = run("graph", f"{model}:f", "--format", "dot").stdout
    assert dot.count(" -> ") == 6 and "digraph" in dot
    svg = run("graph", f"{model}:power", "--at", "x=2.0,n=3", "--format", "svg").stdout
    root = xml.etree.ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "for i in range(n)" in texts and "else" in texts
    assert run("graph", f"{model}:power", "--at", "x=2.0,n=3", "--format", "svg").stdout == svg


def test_graph_file_is_replaced_only_if_ours(run, model, tmp_path):
    out = tmp_path / "f.svg"
    for _ in range(2):
        assert run("graph", f"{model}:f", "--format", "svg", "-o", out).exit_code == 0
    out.write_text("<svg/>", encoding="utf-8")
    assert run("graph", f"{model}:f", "--format", "svg", "-o", out).exit_code == 1
