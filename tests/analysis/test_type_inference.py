"""Types flow through branches, loops, lists and calls, and decide what operations mean."""

from __future__ import annotations

import pytest
from trace_text import parse_trace

from s2sad.analysis.types import infer_from_use, infer_types
from s2sad.errors import TypingError
from s2sad.ir.printer import print_function
from s2sad.ir.trace import Apply, Function, Program, Return, Value, walk
from s2sad.ir.types import FLOAT, INT, Dim, Num
from s2sad.rules import TABLE


def typed(text: str) -> Function:
    function = parse_trace(text, types=False)
    infer_types(Program(function.key, {function.key: function}), TABLE)
    return function


def result_type(function: Function) -> str:
    (last,) = [op for op in function.block.ops if isinstance(op, Return)]
    return str(last.values[0].type)


RESULTS = [
    ("an undefined name joins as nothing", "float", """
        function f(x: float, c: bool)
            if c:
                yield x
            else:
                yield undefined
            -> y
            return y
    """),
    ("an int that becomes a float in a loop", "float", """
        function f(x: float, n: int)
            for i in range(0, n, 1) carrying s = 0:
                s.1 = add(s, x)
                yield s.1
            -> s.2
            return s.2
    """),
    ("a value that leaves by break", "float", """
        function f(x: float, n: int)
            while carrying k = 0, y = undefined:
                w0 = lt(k, n)
                yield w0
            do with k.1, y.1:
                w1 = add(k.1, 1)
                w2 = gt(x, 1.0)
                if w2:
                    break w1, x
                else:
                    yield
                yield w1, x
            -> k.2, y.2
            return y.2
    """),
    ("an array keeps its named shape", "float64[n?, 3]", """
        function f(A: float64[n, 3])
            w0 = np.sin(A)
            w1 = mul(2.0, w0)
            return w1
    """),
    ("a list grows in a loop", "list[float]", """
        function f(x: float, n: int)
            l = list()
            for i in range(0, n, 1):
                append(l, x)
                yield
            return l
    """),
    ("items stored into a list", "float", """
        function f(x: float, n: int)
            l = list_repeat(0, n)
            setitem(l, 0, x)
            y = getitem(l, 1)
            return y
    """),
    ("an accumulator of arrays", "float64[n?]", """
        function f(A: float64[n], k: int)
            s = helper.zeros_like(A)
            for i in range(0, k, 1) carrying s.1 = s:
                s.2 = inplace(s.1, A, op='add')
                yield s.2
            -> s.3
            return s.3
    """),
]


@pytest.mark.parametrize(("name", "expected", "text"), RESULTS, ids=[r[0] for r in RESULTS])
def test_result_type(name: str, expected: str, text: str) -> None:
    assert result_type(typed(text)) == expected


RESOLVED = [
    ("a scalar rebinds", "add", "function f(x: float, y: float)\n    w0 = inplace(x, y, op='add')\n    return w0"),
    ("a scalar and an array", "mul",
     "function f(x: float, A: float64[n])\n    w0 = inplace(x, A, op='mul')\n    return w0"),
    ("lists concatenate", "concat", "function f(a: list[float])\n    w0 = add(a, a)\n    return w0"),
    ("a list repeats", "repeat", "function f(a: list[float], n: int)\n    w0 = mul(n, a)\n    return w0"),
    ("a fresh array", "sub",
     "function f(A: float64[n])\n    s = np.sin(A)\n    w0 = inplace(s, A, op='sub')\n    return w0"),
    ("numbers stay numbers", "add", "function f(a: float)\n    w0 = add(a, a)\n    return w0"),
    ("a parameter", "setitem", """
        function f(A: float64[n])
            w0 = inplace(A, 1.0, op='add')
            return w0
    """),
    ("a view", "setitem", """
        function f(A: float64[n])
            B = np.sin(A)
            w1 = slice(1, None, None)
            v = getitem(B, w1)
            w0 = inplace(v, 1.0, op='add')
            return B
    """),
    ("another name is used later", "setitem", """
        function f(A: float64[n])
            B = np.sin(A)
            w0 = inplace(B, 1.0, op='add')
            return B
    """),
    ("an older array from before the loop", "setitem", """
        function f(A: float64[n])
            B = np.sin(A)
            for i in range(0, 3, 1) carrying s = B:
                s.1 = inplace(s, B, op='add')
                yield s.1
            -> s.2
            return s.2
    """),
    ("rounding to float32", "setitem", """
        function f(A: float32[n], B: float64[n])
            s = np.sin(A)
            w0 = inplace(s, B, op='add')
            return w0
    """),
]


@pytest.mark.parametrize(("name", "prim", "text"), RESOLVED, ids=[r[0] for r in RESOLVED])
def test_resolution(name: str, prim: str, text: str) -> None:
    function = typed(text)
    assert [op.prim for op in walk(function.block) if isinstance(op, Apply)][-1] == prim
    assert "op=" not in print_function(function)


REFUSED = [
    ("an unknown parameter", TypingError, """
        function f(x)
            w0 = inplace(x, 1.0, op='add')
            return w0
    """),
]


@pytest.mark.parametrize(("name", "error", "text"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(name: str, error: type[Exception], text: str) -> None:
    with pytest.raises(error):
        typed(text)


def test_branch_updates_only_its_own_path() -> None:
    function = typed("""
        function f(A: float64[n], c: bool)
            s = np.sin(A)
            if c:
                s.1 = inplace(s, A, op='add')
                yield s.1
            else:
                yield s
            -> s.2
            return s.2
    """)
    assert "inplace" not in print_function(function)


def test_calls_and_recursion() -> None:
    main = parse_trace("""
        function f(x, n)
            y = call m:power(x, n)
            return y
    """, types=False)
    power = parse_trace("""
        function power(x, n)
            w0 = eq(n, 0)
            if w0:
                return 1.0
            else:
                yield
            w1 = sub(n, 1)
            w2 = call m:power(x, w1)
            w3 = mul(x, w2)
            return w3
    """, types=False)
    program = Program("m:f", {"m:f": main, "m:power": power})
    infer_types(program, TABLE, {"x": FLOAT, "n": INT})
    assert result_type(main) == "float"
    assert [v.type for v in power.values] == [FLOAT, INT]
    other = parse_trace("function f(x)\n    return x", types=False)
    infer_types(Program("m:f", {"m:f": other}), TABLE, {"x": Num("float", "float32", (Dim("n"), 1))})
    assert result_type(other) == "float32[n, 1]"


def names(values: list[Value]) -> list[str | None]:
    return [v.name for v in values]


def test_from_use() -> None:
    text = """
        function f(x, n, y, A, i, c)
            w0 = add(x, 1.0)
            w1 = math.sin(w0)
            for k in range(0, n, 1) carrying s = w1:
                s.1 = mul(s, y)
                yield s.1
            -> s.2
            w2 = getitem(A, i)
            w3 = np.sum(A)
            w4 = add(s.2, w3)
            w5 = gt(c, 1.0)
            if w5:
                yield w4
            else:
                yield 0.0
            -> r
            return r
    """
    function = parse_trace(text, types=False)
    assert names(infer_from_use(function, TABLE)) == []
    types = {v.name: str(v.type) for v in function.values}
    assert types == {"x": "float", "n": "int", "y": "?", "A": "?", "i": "int[...]", "c": "number"}
    function = parse_trace(text, types=False)
    assert names(infer_from_use(function, TABLE, scalar_result=True)) == ["y"]
    assert {v.name: str(v.type) for v in function.values}["y"] == "float"
