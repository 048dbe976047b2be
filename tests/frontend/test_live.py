"""Live functions: globals, closures, wrappers, notebook cells, lambdas; and where their source is."""

from __future__ import annotations

import functools
import linecache
import math as m
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad.errors import ResolveError, S2SADError
from s2sad.frontend.read import read_function
from s2sad.ir.printer import print_function
from s2sad.ir.trace import Apply, walk
from s2sad.rules import TABLE

SCALE = 2.0
WEIGHTS = np.array([1.0, 2.0])
square = lambda t: t * t  # noqa: E731
pair = (lambda t: t + 1.0, lambda t: t + 2.0)


def trace(function: Callable[..., Any]) -> str:
    return print_function(read_function(function, TABLE).main)


def body(function: Callable[..., Any]) -> list[str]:
    return [line.strip() for line in trace(function).splitlines()[1:]]


def uses_globals(x: float) -> float:
    return x * SCALE + WEIGHTS[0]


def test_globals_are_read_at_call_time(monkeypatch: pytest.MonkeyPatch) -> None:
    program = read_function(uses_globals, TABLE)
    assert program.constants == {"SCALE": 2.0}
    weights = program.globals["WEIGHTS"]
    assert not weights.literal and weights.read is not None and weights.read() is WEIGHTS
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    read = program.globals["SCALE"].read
    assert read is not None and read() == 3.0


def test_closure_cells() -> None:
    def make(k: float) -> Callable[[float], float]:
        def inner(x: float) -> float:
            return x * k
        return inner

    two, three = make(2.0), make(3.0)

    def both(x: float) -> float:
        return two(x) + three(x)

    program = read_function(both, TABLE)
    assert list(program.functions) == ["both", "inner", "inner_2"]
    values = [[op.attrs["value"] for op in walk(f.block) if isinstance(op, Apply) and op.prim == "global"]
              for f in program.functions.values()]
    assert values == [[], [2.0], [3.0]]
    assert len(program.globals) == 2


def test_lambdas() -> None:
    assert body(square) == ["w0 = mul(t, t)", "return w0"]
    assert body(pair[1]) == ["w0 = add(t, 2.0)", "return w0"]


def test_libraries_by_identity() -> None:
    sine, root, total = m.sin, np.sqrt, sum

    def f(x: Any) -> Any:
        return sine(x) + root(x) + total(x) + m.pi

    assert [line.split("= ")[1].split("(")[0] for line in body(f)[:3]] == ["math.sin", "np.sqrt", "add"]
    assert "constant(name='math.pi')" in trace(f)


def test_wraps_is_read_as_it_is() -> None:
    def twice(fn: Callable[[float], float]) -> Callable[[float], float]:
        @functools.wraps(fn)
        def wrapper(x: float) -> float:
            return 2.0 * fn(x)
        return wrapper

    @twice
    def cube(x: float) -> float:
        return x * x * x

    program = read_function(cube, TABLE)
    assert body(cube) == ["w0 = call cube_2(x)", "w1 = mul(2.0, w0)", "return w1"]
    assert print_function(program.functions["cube_2"]).splitlines()[-1].strip() == "return w1"


def test_wrapped_primal() -> None:
    class Wrapper:
        __wrapped_primal__ = staticmethod(uses_globals)

        def __call__(self, x: float) -> float:
            return uses_globals(x)

    wrapped = Wrapper()

    def f(x: float) -> float:
        return wrapped(x)

    assert list(read_function(f, TABLE).functions) == ["f", "uses_globals"]
    assert read_function(wrapped, TABLE).entry == "uses_globals"


def test_notebook_cell() -> None:
    text = "import math\ndef cell(x):\n    return math.sin(x)\n"
    name = "/tmp/ipykernel_1/12345.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), namespace)
    program = read_function(namespace["cell"], TABLE)
    (op, _) = program.main.block.ops
    assert op.loc is not None
    assert (op.loc.file, op.loc.line, op.loc.col, op.loc.text) == (name, 3, 11, "return math.sin(x)")
    assert program.main.source == "def cell(x):\n    return math.sin(x)\n"


def test_no_source() -> None:
    namespace: dict[str, Any] = {}
    exec("def ghost(x):\n    return x\n", namespace)
    with pytest.raises(ResolveError, match="the source of 'ghost' was not found") as caught:
        read_function(namespace["ghost"], TABLE)
    assert caught.value.hint
    for other in (np.sin, functools.partial(np.sin, 1.0), float):
        with pytest.raises(ResolveError):
            read_function(other, TABLE)


def test_shadowed_builtin() -> None:
    abs = square

    def f(x: float) -> float:
        return abs(x)

    assert body(f)[0] == "w0 = call square(x)" or "call function" in body(f)[0]


def test_unknown_objects_are_refused() -> None:
    rng = np.random.default_rng(0)
    table = {1.0}

    def f(x: float) -> float:
        return x * rng.normal()

    def g(x: float) -> float:
        return x * len(table)

    for function, column in ((f, 20), (g, 24)):
        with pytest.raises(S2SADError, match="which s2sad does not know") as caught:
            read_function(function, TABLE)
        assert caught.value.loc is not None and caught.value.loc.col + 1 == column
        assert caught.value.function == function.__name__


def test_defaults_and_keywords() -> None:
    k = 3

    def f(x: float, n: int = 2, *, w: float = k * 1.0) -> float:
        return x * n * w

    program = read_function(f, TABLE)
    assert [(p.name, p.annotation, p.default and p.default.value, p.keyword_only) for p in program.main.params] == [
        ("x", "float", None, False), ("n", "int", 2, False), ("w", "float", 3.0, True)]
    assert program.main.returns == "float"


def test_same_source_same_hash() -> None:
    assert read_function(uses_globals, TABLE).source_hash == read_function(uses_globals, TABLE).source_hash


def test_methods_of_long_statements() -> None:
    def f(x: float) -> float:
        y = (x  # comment
             + 1.0)
        return y

    op = read_function(f, TABLE).main.block.ops[0]
    assert op.loc is not None and op.loc.text == "y = (x + 1.0)" and op.loc.end_line == op.loc.line + 1
