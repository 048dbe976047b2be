"""Text from syntax trees: spacing, parentheses, literals, long lines, and the check that it parses back."""

from __future__ import annotations

import ast
import subprocess
import sys

import gast
import pytest

from s2sad.backend import nodes, writer
from s2sad.backend.wrap import wrapped
from s2sad.backend.writer import write
from s2sad.errors import InternalError


def printed(source: str) -> str:
    return write(gast.parse(source).body)


EXPRESSIONS = [
    "y = a * b * c", "y = a * (b * c)", "y = a - (b - c)", "y = a - b - c", "y = -x ** 2", "y = (-x) ** 2",
    "y = 2 ** -x", "y = a * -b", "y = a / b / c", "y = a / (b * c)", "y = (a if c else b) * 2.0",
    "y = f(a if c else b, g(x)[0])", "y = x[1:n - 1, ::2, None, ...]", "y = x[i, 0]", "y = x[i][j].T",
    "y = (a + b).T", "y = (-a)[0]", "y = not a < b", "y = a and b or c", "y = a and (b or c)", "y = (a, b)",
    "x, y = (y, x)" , "y = {}".replace("{}", "'it'"), "y = [0.0] * n", "y = a < b <= c", "y = -1.5", "y = 1e-300",
    "y = x @ (a @ b)", "y = lambda_(x)", "y = (2).bit_length()", "y = 'a'.join(b)", "x[i] += -y", "y = (a < b) * c",
    "y = (a, (b, c))", "y = ((a,), b)", "y = f((a, b))", "y = a if (b if c else d) else e",
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_means_the_same(source: str) -> None:
    assert ast.dump(ast.parse(printed(source))) == ast.dump(ast.parse(source))


@pytest.mark.parametrize("source", [
    "y = a * b * c", "y = a - (b - c)", "y = -x ** 2", "y = (-x) ** 2", "y = (a if c else b) * 2.0", "y = (a, b)",
    "y = x[1:n - 1, ::2]", "return_value = (a,)", "x, y = y, x", 'print("it", end="")',
])
def test_prints_as_a_person_would(source: str) -> None:
    assert printed(source) == source + "\n"


def test_signatures_follow_pep_8() -> None:
    source = "def f(a, b: int = 3, *, c=2.0, d: float = -1.0) -> tuple[float, int]:\n    return a, b\n"
    assert printed(source) == source


def test_two_blank_lines_between_functions() -> None:
    assert printed("def f():\n    pass\ndef g():\n    pass") == "def f():\n    pass\n\n\ndef g():\n    pass\n"


def test_docstrings() -> None:
    source = 'def f():\n    """First line.\n\n    More, indented.\n    """\n    return 1\n'
    node = gast.parse(source).body[0]
    node.body[0].value.value = "First line.\n\nMore, indented."
    assert write([node]) == source


@pytest.mark.parametrize(("value", "text"), [
    (1.0, "1.0"), (-2, "-2"), (-0.0, "-0.0"), (1e22, "1e+22"), (float("inf"), "float('inf')"), (2j, "2j"),
    (1 + 2j, "1.0 + 2j"), (-1 - 2j, "complex(-1.0, -2.0)"), (True, "True"), (None, "None"), (..., "..."),
    ((1, -2.5), "(1, -2.5)"), ("it's", '"it\'s"'),
])
def test_literals(value: object, text: str) -> None:
    printed_text = write([nodes.assign([nodes.store("y")], nodes.literal(value))])
    assert printed_text.replace('"inf"', "'inf'") == f"y = {text}\n"
    if not isinstance(value, float) or value != float("inf"):
        assert repr(eval(text)) == repr(value)


def test_comments_above_and_behind() -> None:
    statement = nodes.assign([nodes.store("y")], nodes.load("x"))
    long = nodes.assign([nodes.store("y")], nodes.load("x" * 60))
    body = [nodes.comment("above"), statement, nodes.comment("behind", nodes.BEHIND), statement,
            nodes.comment("does not fit here", nodes.BEHIND), long]
    assert write(body) == f"# above\ny = x\ny = x  # behind\n# does not fit here\ny = {'x' * 60}\n"


@pytest.mark.parametrize("line", [
    "    total = " + " + ".join(f"coefficient_{k} * power_{k}" for k in range(6)),
    "    return " + ", ".join(f"adjoint_of_argument_{k}" for k in range(8)),
    "def f_vjp(" + ", ".join(f"argument_{k}: float" for k in range(7)) + ") -> tuple[float, float]:",
    "    value = function_of_many(" + ", ".join(f"argument_{k} * 2.0" for k in range(7)) + ")[0]",
    "    if " + " and ".join(f"condition_{k} < limit_{k}" for k in range(6)) + ":",
    "    x[" + " + ".join(f"index_{k}" for k in range(5)) + "] = " + " * ".join(f"factor_{k}" for k in range(7)),
])
def test_long_lines_are_wrapped(line: str) -> None:
    lines = wrapped(line)
    assert max(map(len, lines)) <= 88
    body = "\n        pass" if line.rstrip().endswith(":") else ""
    again = "\n".join(lines) + body
    outer = "def f():\n" if line.startswith("    ") else ""
    assert ast.dump(ast.parse(outer + again)) == ast.dump(ast.parse(outer + line + body))


def test_a_difference_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "wrapped", lambda line, width: [line.replace("x", "z")])
    with pytest.raises(InternalError, match="does not say what it should"):
        printed("y = x + 1")


def test_works_where_the_old_constant_nodes_are_gone() -> None:
    script = """
import ast, warnings
warnings.simplefilter("ignore")
import gast
for name in ("Num", "Str", "Bytes", "NameConstant", "Ellipsis"):
    if name in vars(ast):
        delattr(ast, name)
from s2sad.backend import nodes
from s2sad.backend.writer import write
text = write([nodes.assign([nodes.store("y")], nodes.call(nodes.load("f"), [nodes.literal(-1.5), nodes.literal("a")]))])
assert text == 'y = f(-1.5, "a")\\n', text
"""
    subprocess.run([sys.executable, "-c", script], check=True)
