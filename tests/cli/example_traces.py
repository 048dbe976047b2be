"""Small traces written by hand, so that tables and graphs are tested by themselves."""

from __future__ import annotations

from s2sad.ir.trace import Apply, Block, Call, Const, For, Function, If, Parameter, Return, Value, While, Yield


def function(name, params, ops):
    return Function(f"m:{name}", name, [Parameter(p.name) for p in params], Block(params, ops))


def values(*names):
    return [Value(name or None) for name in names]


def textbook():
    """``r = b*sin(a) + b**2``."""
    a, b, w0, w1, w2, r = values("a", "b", "", "", "", "r")
    return function("f", [a, b], [
        Apply("math.sin", [a], [w0]), Apply("mul", [b, w0], [w1]), Apply("pow", [b, Const(2)], [w2]),
        Apply("add", [w1, w2], [r]), Return([r])])


def growth():
    """A loop with a branch: ``y = sin(y) * x`` if ``y > 1.0``, else ``y = y * y``."""
    x, n, i, y, c, s, y1, y2, y3, y4 = values("x", "n", "i", "y", "", "", "y", "y", "y", "y")
    branch = If(c, Block([], [Apply("math.sin", [y], [s]), Apply("mul", [s, x], [y1]), Yield([y1])]),
                Block([], [Apply("mul", [y, y], [y2]), Yield([y2])]), [y3])
    loop = For([x], Block([i, y], [Apply("gt", [y, Const(1.0)], [c]), branch, Yield([y3])]), [y4], stop=n)
    return function("growth", [x, n], [loop, Return([y4])])


def doubling():
    """``while y < 10.0: y = y * 2``."""
    x, y, c, y1, y2, y3 = values("x", "y", "", "y", "y", "y")
    head = Block([y], [Apply("lt", [y, Const(10.0)], [c]), Yield([c])])
    loop = While([x], Block([y1], [Apply("mul", [y1, Const(2)], [y2]), Yield([y2])]), [y3], head)
    return function("doubling", [x], [loop, Return([y3])])


def factorial():
    """Recursion with an early return."""
    m, c, w, p, r = values("m", "", "", "p", "r")
    stop = If(c, Block([], [Return([Const(1)])]), Block([], [Yield([])]), [])
    return function("factorial", [m], [
        Apply("le", [m, Const(1)], [c]), stop, Apply("sub", [m, Const(1)], [w]), Call("m:factorial", [w], [p]),
        Apply("mul", [p, m], [r]), Return([r])])


def store():
    """``A[1:] = A[i] * 2; return A[0] + A[1]``, with the index and the slice folded."""
    a, i, s, w0, w1, w2, w3, r = values("A", "i", "", "", "", "", "", "r")
    return function("store", [a, i], [
        Apply("slice", [Const(1), Const(None), Const(None)], [s]), Apply("getitem", [a, i], [w0]),
        Apply("mul", [w0, Const(2)], [w1]), Apply("setitem", [a, s, w1]), Apply("getitem", [a, Const(0)], [w2]),
        Apply("getitem", [a, Const(1)], [w3]), Apply("add", [w2, w3], [r]), Return([r])])


EVERY = [textbook, growth, doubling, factorial, store]
