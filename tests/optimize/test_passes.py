"""Each pass: a trace before and after, and equal results when both are run."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple

import numpy as np
import pytest
from trace_text import normal, parse_trace

from s2sad.backend.interpret import interpret
from s2sad.ir.printer import print_function
from s2sad.ir.rewrite import clone_function
from s2sad.ir.trace import Function
from s2sad.ir.verifier import verify
from s2sad.optimize import cse, dce, fold, fuse_branches, invariants, products, simplify
from s2sad.rules import TABLE
from s2sad.rules.row import Table

Pass = Callable[[Function, Table], None]
X = np.array([0.3, 0.7, 1.9])


class Case(NamedTuple):
    name: str
    run: Pass
    before: str
    after: str
    args: tuple[object, ...]


CASES = [
    Case("unused operation", dce.run, """
        function f(x: float)
            w0 = math.sin(x)
            w1 = math.cos(w0)
            y = mul(x, x)
            return y
    """, """
        function f(x: float)
            y = mul(x, x)
            return y
    """, (0.5,)),
    Case("carried value that only feeds itself, and its save list", dce.run, """
        function f(x: float, n: int)
            saved = list()
            for i in range(0, n, 1) carrying y = x, z = x:
                append(saved, y)
                y.1 = mul(y, x)
                z.1 = mul(z, z)
                yield y.1, z.1
            -> y.2, z.2
            return y.2
    """, """
        function f(x: float, n: int)
            for i in range(0, n, 1) carrying y = x:
                y.1 = mul(y, x)
                yield y.1
            -> y.2
            return y.2
    """, (0.5, 3)),
    Case("a pop keeps a list that is read", dce.run, """
        function f(x: float)
            l = list(x, 2.0)
            append(l, x)
            w0 = pop(l)
            w1 = pop(l)
            return w1
    """, """
        function f(x: float)
            l = list(x, 2.0)
            append(l, x)
            w0 = pop(l)
            w1 = pop(l)
            return w1
    """, (0.5,)),
    Case("stores into what nobody reads, through a view", dce.run, """
        function f(x: float)
            A = np.zeros(3)
            w0 = slice(1, None, None)
            v = getitem(A, w0)
            setitem(v, 0, x)
            B = np.zeros(3)
            w1 = slice(1, None, None)
            u = getitem(B, w1)
            setitem(u, 0, x)
            return B
    """, """
        function f(x: float)
            B = np.zeros(3)
            w1 = slice(1, None, None)
            u = getitem(B, w1)
            setitem(u, 0, x)
            return B
    """, (0.5,)),
    Case("a parameter's stores and effects stay, a branch without effects goes", dce.run, """
        function f(A: float64[n], c: bool)
            if c:
                w0 = math.sin(1.0)
                yield w0
            else:
                yield 2.0
            -> w1
            setitem(A, 0, 1.0)
            assert(c, None)
            return 0.0
    """, """
        function f(A: float64[n], c: bool)
            setitem(A, 0, 1.0)
            assert(c, None)
            return 0.0
    """, (X, True)),
    Case("a break decides how often a live carried value changes", dce.run, """
        function f(x: float)
            for i in range(0, 9, 1) carrying y = x, z = 0.0:
                w0 = gt(y, 3.0)
                if w0:
                    break y, z
                else:
                    yield
                y.1 = mul(y, 2.0)
                z.1 = add(z, y)
                yield y.1, z.1
            -> y.2, z.2
            return y.2
    """, """
        function f(x: float)
            for i in range(0, 9, 1) carrying y = x:
                w0 = gt(y, 3.0)
                if w0:
                    break y
                else:
                    yield
                y.1 = mul(y, 2.0)
                yield y.1
            -> y.2
            return y.2
    """, (0.5,)),
    Case("invariant carried values and equal branches", invariants.run, """
        function f(a: float, n: int)
            for i in range(0, n, 1) carrying c = a, s = 0.0:
                w0 = gt(c, 0.0)
                if w0:
                    w1 = add(s, c)
                    yield c, w1
                else:
                    yield c, s
                -> c.1, s.1
                yield c.1, s.1
            -> c.2, s.2
            w2 = mul(c.2, s.2)
            return w2
    """, """
        function f(a: float, n: int)
            for i in range(0, n, 1) carrying s = 0.0:
                w0 = gt(a, 0.0)
                if w0:
                    w1 = add(s, a)
                    yield w1
                else:
                    yield s
                -> s.1
                yield s.1
            -> s.2
            w2 = mul(a, s.2)
            return w2
    """, (0.5, 3)),
    Case("literals", fold.run, """
        function f(x: float)
            w0 = sub(2, 1)
            w1 = pow(x, w0)
            w2 = mul(2.0, 3)
            w3 = truediv(1.0, 3.0)
            w4 = truediv(1.0, 0.0)
            h = mul(0.5, 0.5)  # primal
            w5 = neg(0.0)
            w6 = tuple(w1, w2, w3, h, w5)
            return w6
    """, """
        function f(x: float)
            w1 = pow(x, 1)
            w3 = truediv(1.0, 3.0)
            w4 = truediv(1.0, 0.0)
            h = mul(0.5, 0.5)
            w6 = tuple(w1, 6.0, w3, h, -0.0)
            return w6
    """, ()),
    Case("a literal condition", fold.run, """
        function f(x: float)
            w0 = lt(1, 2)
            if w0:
                w1 = math.sin(x)
                yield w1
            else:
                yield x
            -> y
            return y
    """, """
        function f(x: float)
            w1 = math.sin(x)
            return w1
    """, (0.5,)),
    Case("common sub-expressions", cse.run, """
        function f(x: float, c: bool)
            y = math.sin(x)
            w0 = math.sin(x)
            if c:
                w1 = math.sin(x)
                yield w1
            else:
                w2 = math.cos(w0)
                yield w2
            -> z
            w3 = math.cos(y)
            w4 = mul(w3, z)
            return w4
    """, """
        function f(x: float, c: bool)
            y = math.sin(x)
            if c:
                yield y
            else:
                w2 = math.cos(y)
                yield w2
            -> z
            w3 = math.cos(y)
            w4 = mul(w3, z)
            return w4
    """, (0.5, False)),
    Case("two reads around a store differ", cse.run, """
        function f(A: float64[n])
            a = np.sum(A)
            w0 = np.sum(A)
            setitem(A, 0, 5.0)
            b = np.sum(A)
            w1 = sub(b, a)
            w2 = mul(w1, w0)
            return w2
    """, """
        function f(A: float64[n])
            a = np.sum(A)
            setitem(A, 0, 5.0)
            b = np.sum(A)
            w1 = sub(b, a)
            w2 = mul(w1, a)
            return w2
    """, (X,)),
    Case("a read in a loop that stores", cse.run, """
        function f(A: float64[n])
            a = getitem(A, 0)
            for i in range(0, 3, 1) carrying s = a:
                w0 = getitem(A, 0)
                s.1 = add(s, w0)
                setitem(A, 0, s.1)
                yield s.1
            -> s.2
            return s.2
    """, """
        function f(A: float64[n])
            a = getitem(A, 0)
            for i in range(0, 3, 1) carrying s = a:
                w0 = getitem(A, 0)
                s.1 = add(s, w0)
                setitem(A, 0, s.1)
                yield s.1
            -> s.2
            return s.2
    """, (X,)),
    Case("new memory that is stored into, or returned twice, is not shared", cse.run, """
        function f(x: float64[n])
            a = helper.zeros_like(x)
            b = helper.zeros_like(x)
            setitem(a, 0, 1.0)
            w0 = mul(x, x)
            w1 = mul(x, x)
            w2 = tuple(a, b, w0, w1)
            return w2
    """, """
        function f(x: float64[n])
            a = helper.zeros_like(x)
            b = helper.zeros_like(x)
            setitem(a, 0, 1.0)
            w0 = mul(x, x)
            w1 = mul(x, x)
            w2 = tuple(a, b, w0, w1)
            return w2
    """, (X,)),
    Case("names of the primal stay", cse.run, """
        function f(x: float)
            a = mul(x, x)  # primal
            b = mul(x, x)  # primal
            w0 = add(a, b)  # primal
            return w0
    """, """
        function f(x: float)
            a = mul(x, x)
            b = mul(x, x)
            w0 = add(a, b)
            return w0
    """, (0.5,)),
    Case("branches on one condition", fuse_branches.run, """
        function f(x: float, c: bool, g: float)
            if c:  # primal
                w0 = math.sin(x)
                yield w0
            else:
                yield x
            -> y
            w1 = mul(g, 2.0)
            w4 = mul(y, g)
            if c:
                w2 = mul(y, w1)
                yield w2
            else:
                w3 = mul(y, g)
                yield w3
            -> z
            w5 = add(z, w4)
            return w5
    """, """
        function f(x: float, c: bool, g: float)
            w1 = mul(g, 2.0)
            if c:
                w0 = math.sin(x)
                w2 = mul(w0, w1)
                yield w0, w2
            else:
                w3 = mul(x, g)
                yield x, w3
            -> y, z
            w4 = mul(y, g)
            w5 = add(z, w4)
            return w5
    """, (0.5, True, 3.0)),
]


def chain(*passes: Pass) -> Pass:
    def run(function: Function, table: Table) -> None:
        for one in passes:
            one(function, table)
    return run


ALGEBRA = chain(simplify.run, dce.run)
CASES += [
    Case("ones, zeros and signs", ALGEBRA, """
        function f(x: float, y: float, k: int)
            w0 = mul(1.0, x)
            w1 = neg(y)
            w2 = add(w0, w1)
            w3 = mul(1.0, k)
            w4 = add(w2, 0.0)
            w5 = neg(w4)
            w6 = neg(w5)
            w7 = mul(-1.0, w6)
            w8 = tuple(w7, w3)
            return w8
    """, """
        function f(x: float, y: float, k: int)
            w2 = sub(x, y)
            w3 = mul(1.0, k)
            w7 = neg(w2)
            w8 = tuple(w7, w3)
            return w8
    """, (0.5, 2.0, 3)),
    Case("signs move out and sums absorb them", ALGEBRA, """
        function f(x: float, y: float, a: float)
            w0 = math.sin(x)
            w1 = neg(w0)
            w2 = mul(y, w1)
            w3 = add(a, w2)
            w4 = mul(-2.0, x)
            w5 = add(w3, w4)
            w6 = truediv(1.0, x)
            w7 = mul(w5, w6)
            return w7
    """, """
        function f(x: float, y: float, a: float)
            w0 = math.sin(x)
            w2 = mul(y, w0)
            w3 = sub(a, w2)
            w4 = mul(2.0, x)
            w5 = sub(w3, w4)
            w7 = truediv(w5, x)
            return w7
    """, (0.5, 2.0, 3.0)),
    Case("the user's algebra stays", ALGEBRA, """
        function f(x: float)
            w0 = mul(1.0, x)  # primal
            return w0
    """, """
        function f(x: float)
            w0 = mul(1.0, x)
            return w0
    """, (0.5,)),
    Case("an argument is not returned in place of new memory", ALGEBRA, """
        function f(x: float64[n])
            w0 = mul(1.0, x)
            return w0
    """, """
        function f(x: float64[n])
            w0 = mul(1.0, x)
            return w0
    """, (X,)),
    Case("a broadcast seed", ALGEBRA, """
        function f(x: float64[n])
            w0 = shape(x)
            w1 = np.broadcast_to(1.0, w0)
            w2 = mul(w1, 2.0)
            x_bar = mul(w2, x)
            return x_bar
    """, """
        function f(x: float64[n])
            x_bar = mul(2.0, x)
            return x_bar
    """, (X,)),
    Case("a broadcast that the other factor does not have", ALGEBRA, """
        function f(x: float64[n], y: float64[m])
            w0 = shape(x)
            w1 = np.broadcast_to(1.0, w0)
            x_bar = mul(w1, y)
            return x_bar
    """, """
        function f(x: float64[n], y: float64[m])
            w0 = shape(x)
            w1 = np.broadcast_to(1.0, w0)
            x_bar = mul(w1, y)
            return x_bar
    """, (X, X)),
    Case("products in the order of textbooks", products.run, """
        function f(x: float, y: float, y_bar: float)
            w0 = mul(y_bar, x)
            w1 = math.cos(y)
            w2 = mul(w0, w1)
            w3 = mul(y_bar, 2.0)
            w4 = mul(w3, x)
            w5 = add(w2, w4)
            return w5
    """, """
        function f(x: float, y: float, y_bar: float)
            w1 = math.cos(y)
            w0 = mul(w1, x)
            w2 = mul(w0, y_bar)
            w3 = mul(2.0, x)
            w4 = mul(w3, y_bar)
            w5 = add(w2, w4)
            return w5
    """, (0.5, 2.0, 3.0)),
    Case("signs and literals of products", products.run, """
        function f(x: float, b: float)
            w0 = mul(b, 2.0)
            w1 = mul(3.0, x)
            w2 = mul(w0, w1)
            w3 = mul(x, b)
            w4 = neg(w3)
            w5 = add(w2, w4)
            return w5
    """, """
        function f(x: float, b: float)
            w0 = mul(6.0, b)
            w2 = mul(w0, x)
            w3 = neg(x)
            w4 = mul(w3, b)
            w5 = add(w2, w4)
            return w5
    """, (0.5, 2.0)),
]


def parts(result: object) -> tuple[object, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pass(case: Case) -> None:
    function = parse_trace(case.before)
    original, _ = clone_function(function)
    case.run(function, TABLE)
    verify(function, case.name, TABLE.signature)
    assert print_function(function).replace(": float64[n?]", ": float64[n]") \
        == normal(case.after).replace(": float64[n?]", ": float64[n]")
    if case.args:
        first, second = deepcopy(case.args), deepcopy(case.args)
        expected = interpret(original, first, signatures=TABLE.signature)
        actual = interpret(function, second, signatures=TABLE.signature)
        for a, e in zip(parts(actual), parts(expected), strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-14)
        np.testing.assert_equal(first, second)


def test_dead_code_is_linear() -> None:
    lines = ["function f(x: float)", *(f"    w{k} = mul({f'w{k - 1}' if k else 'x'}, x)" for k in range(5000)),
             "    return w4999"]
    function = parse_trace("\n".join(lines))
    for run in (dce.run, cse.run, fold.run, simplify.run, products.run):
        run(function, TABLE)
    assert len(function.block.ops) == 5001
