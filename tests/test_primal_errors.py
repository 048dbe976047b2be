"""What the primal raises, whatever returns its value raises too: the same error, though nobody needs the value.

A gradient alone may lose an arithmetic error of an operation that it does not need."""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sad

HEAD = "import math\nimport numpy as np\n\n\n"
# A dead statement -> the arguments for which it raises, besides x.
DEAD: dict[str, dict[str, Any]] = {
    "z = x / n": {"n": 0},
    "z = n // m": {"n": 3, "m": 0},
    "z = n % m": {"n": 3, "m": 0},
    "z = divmod(n, m)": {"n": 3, "m": 0},
    "z = s % m": {"s": 3.0, "m": 0},
    "z = s ** -1.5": {"s": 0.0},
    "z = s ** 2": {"s": 1e200},
    "z = math.log(s)": {"s": 0.0},
    "z = math.sqrt(s)": {"s": -1.0},
    "z = math.exp(s)": {"s": 1e4},
    "z = math.sin(s)": {"s": math.inf},
    "z = math.floor(s)": {"s": math.inf},
    "z = math.factorial(n)": {"n": -1},
    "z = int(s)": {"s": math.nan},
    "z = round(s)": {"s": math.inf},
    "z = int(t)": {"t": "a"},
    "z = float(t)": {"t": "a"},
    "z = t.index('q')": {"t": "a"},
    "z = 1 << n": {"n": -1},
    "z = xs[5]": {"xs": [1.0, 2.0]},
    "z = xs[n]": {"xs": [1.0, 2.0], "n": 2},
    "z = A[5]": {"A": np.ones(2)},
    "z = A[0, n]": {"A": np.ones((2, 2)), "n": 4},
    "z = xs.index(7.0)": {"xs": [1.0, 2.0]},
    "z = max(xs)": {"xs": []},
    "ys = [1.0]; ys[n] = x": {"n": 3},
    "ys = [1.0]; ys.pop(); ys.pop()": {},
    "ys = [1.0]; del ys[n]": {"n": 3},
    "B = np.zeros(3); B[n] = x": {"n": 5},
    "B = np.zeros(3); B[n] += x": {"n": 5},
    "z = np.linalg.inv(A)": {"A": np.zeros((2, 2))},
    "z = np.linalg.cholesky(A)": {"A": -np.eye(2)},
    "z = np.take(A, n)": {"A": np.ones(2), "n": 4},
    "z = np.arange(0, 3, n)": {"n": 0},
    "for i in range(0, 3, n): z = i": {"n": 0},
    "z = [1.0 / v for v in xs]": {"xs": [1.0, 0.0]},
    "z = sum([1.0 / v for v in xs])": {"xs": [1.0, 0.0]},
    "z = (x / n, x)[1]": {"n": 0},
    "z = 0.0 if n else x / n": {"n": 0},
    "z = n == 0 and x / n > 1.0": {"n": 0},
    "z = 1.0\n    for i in range(3):\n        z = z / (n - i)": {"n": 2},
    "z = 1.0\n    if x > 0.0:\n        z = z / n": {"n": 0},
    "z = math.log(s) if x > 0.0 else 0.0": {"s": 0.0},
    "with np.errstate(divide='raise'):\n        z = 1.0 / A": {"A": np.zeros(2)},
    "with np.errstate(all='ignore'):\n        z = x / n": {"n": 0},
    "z = helper(x, n)[0]": {"n": 0},
    "z = recursive(x, n)": {"n": 2},
}
HELPERS = """
def helper(x, n):
    return x / n, x * 2.0


def recursive(x, n):
    if n == 0:
        return x / n
    return recursive(x, n - 1) * x


"""
WAYS: dict[str, Callable[..., Any]] = {
    "value_and_grad": lambda f, **o: s2sad.value_and_grad(f, wrt="x", **o),
    "vjp": lambda f, **o: s2sad.vjp(f, wrt="x", **o),
    "jvp": lambda f, **o: s2sad.jvp(f, wrt="x", **o),
}


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    files: list[str] = []

    def define(text: str) -> Any:
        file = tmp_path / "model.py"
        file.write_text(text, encoding="utf-8")
        files.append(str(file))
        scope: dict[str, Any] = {"__name__": "model", "__file__": str(file)}
        exec(compile(text, str(file), "exec"), scope)
        return scope["f"]

    yield define
    for name in files:
        linecache.cache.pop(name, None)


def error_of(call: Callable[[], Any]) -> BaseException:
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def program(statement: str, given: dict[str, Any]) -> str:
    names = "".join(f", {name}" for name in given)
    return f"{HEAD}{HELPERS}def f(x: float{names}):\n    {statement}\n    return x * x\n"


@pytest.mark.parametrize("statement", DEAD, ids=lambda s: s.replace("\n", " "))
@pytest.mark.parametrize("way", WAYS)
def test_dead_operation_raises(statement: str, way: str, load: Callable[[str], Any]) -> None:
    given = DEAD[statement]
    f = load(program(statement, given))
    seeds = {"vjp": [], "jvp": [1.0]}.get(way, [])
    expected = error_of(lambda: f(1.5, *given.values()))
    derivative = WAYS[way](f)
    found = error_of(lambda: derivative(1.5, *given.values(), *seeds))
    assert (type(found), str(found)) == (type(expected), str(expected))


# What is needed, and whose tangent or adjoint would raise another error first -> the x for which it raises.
ORDER = {
    "return math.log(x)": 0.0,
    "y = math.log(x)\n    return y * x": 0.0,
    "x = math.log(x)\n    return x * x": 0.0,
    "return 1.0 + math.log10(x) * x": 0.0,
    "y = x\n    for i in range(2):\n        y = y * math.log1p(x)\n    return y": -1.0,
    "return x * math.asin(2.0 * x)": 1.0,
    "return x + math.gamma(x)": -1.0,
    "return math.log(x - 1.0, 2.0)": 1.0,
    "if x > 3.0:\n        return x\n    return math.log2(x)": 0.0,
    "return sum([math.log(v * x) for v in [1.0, 0.0]])": 1.0,
}


@pytest.mark.parametrize("body", ORDER, ids=lambda s: s.replace("\n", " "))
@pytest.mark.parametrize("style", ["compact", "trace"])
@pytest.mark.parametrize("way", WAYS)
def test_the_primal_fails_first(body: str, way: str, style: str, load: Callable[[str], Any], tmp_path: Path) -> None:
    f = load(f"{HEAD}def f(x: float):\n    {body}\n")
    expected = error_of(lambda: f(ORDER[body]))
    text = s2sad.generate(tmp_path / "model.py", functions=["f"], mode=way, wrt="x", style=style)
    scope: dict[str, Any] = {}
    exec(text, scope)
    seeds = {"vjp": [1.0], "jvp": [1.0]}.get(way, [])
    found = error_of(lambda: scope[f"f_{way}"](ORDER[body], *seeds))
    assert (type(found), str(found)) == (type(expected), str(expected))


def test_a_gradient_alone_drops_what_it_does_not_need(load: Callable[[str], Any]) -> None:
    f = load(program("z = x / n", {"n": 0}))
    assert s2sad.grad(f, wrt="x")(1.5, 0) == 3.0
